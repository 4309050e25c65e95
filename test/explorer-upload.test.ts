import { fileURLToPath } from 'node:url';
import type { Locator } from 'playwright-core';
import { expect, test } from 'vitest';
import { describeInBrowser } from './support/describe-in-browser.ts';
import { openExplorer, pageTimeout, type ExplorerPage } from './support/explorer-page.ts';
import { startGateway } from './support/start-gateway.ts';

const photoPath = fileURLToPath(new URL('fixtures/landscape-small.jpg', import.meta.url));
const pictures = ['The photo as it was sent', 'The restored picture'];

/** Waits for the id in an answer. */
async function idIn(explorer: ExplorerPage): Promise<string> {
  const pattern = /"id":"([\w-]+)"/;
  await expect.poll(() => explorer.readAnswer(), pageTimeout).toMatch(pattern);
  return pattern.exec(await explorer.readAnswer())?.[1] ?? '';
}

/** Uploads the photo once more, and returns the id of the new photo. */
async function uploadOnce(explorer: ExplorerPage): Promise<string> {
  await explorer.openTab('UploadPhoto');
  const before = await explorer.readAnswer();
  await explorer.fileInput.setInputFiles(photoPath);
  await explorer.run();
  await expect.poll(() => explorer.readAnswer(), pageTimeout).not.toBe(before);
  return idIn(explorer);
}

/** Uploads the photo twice, and returns the ids of the photos. */
async function uploadTwice(explorer: ExplorerPage): Promise<readonly string[]> {
  return [await uploadOnce(explorer), await uploadOnce(explorer)];
}

/** Waits until a picture is shown, and returns its real width. */
async function widthOf(picture: Locator): Promise<number> {
  const width = () =>
    picture.evaluate((image) => (image instanceof HTMLImageElement ? image.naturalWidth : 0));
  await expect.poll(width, pageTimeout).toBeGreaterThan(0);
  return width();
}

describeInBrowser('uploading in the explorer', () => {
  test('UploadPhoto, PhotoReady and DownloadUrl show the pictures, one step after the other', async () => {
    await using gateway = await startGateway();
    await using explorer = await openExplorer(gateway.endpoint);
    const { page } = explorer;
    await explorer.fileInput.setInputFiles(photoPath);
    await page.getByText('landscape-small.jpg').waitFor();
    await explorer.run();
    const id = await idIn(explorer);

    await explorer.follow('Wait for this photo in PhotoReady');
    await page.getByRole('tab', { name: 'PhotoReady', selected: true }).waitFor();
    await page.getByRole('region', { name: 'Variables' }).getByText(id).waitFor();
    await expect.poll(() => explorer.readAnswer(), pageTimeout).toContain('"status":"READY"');

    // Side by side, in the same size.
    const shown = pictures.map((name) => page.getByRole('img', { name }));
    const [before = 0, after = 0] = await Promise.all(shown.map((picture) => widthOf(picture)));
    expect(after).toBeGreaterThan(before);
    await page.getByText(`After ${after}`).waitFor();
    for (const width of [2400, 800, 1360]) {
      await page.setViewportSize({ width, height: 850 });
      const [left, right] = await Promise.all(shown.map((picture) => picture.boundingBox()));
      expect(left).toMatchObject({ y: right?.y, width: right?.width, height: right?.height });
      expect(left?.x).toBeLessThan((right?.x ?? 0) - 100);
    }

    // They stay while the next step is loading.
    const { promise: asked, resolve: ask } = Promise.withResolvers<void>();
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    await page.route(gateway.endpoint, async (route) => {
      ask();
      await released;
      await route.continue();
    });
    await explorer.follow('Get its address in DownloadUrl');
    await asked;
    await expect.poll(() => explorer.readAnswer(), pageTimeout).toBe('');
    for (const picture of shown) expect(await picture.isVisible()).toBe(true);
    release();
    await expect.poll(() => explorer.readAnswer(), pageTimeout).toContain('"downloadUrl":{"url":');
    for (const picture of shown) expect(await picture.isVisible()).toBe(true);
    await page.unrouteAll();
    await page.getByRole('tab', { name: 'DownloadUrl', selected: true }).waitFor();
    await page.getByRole('region', { name: 'Variables' }).getByText(id).waitFor();
    const link = page.getByRole('link', { name: 'Open the restored picture' });
    const restored = await fetch((await link.getAttribute('href')) ?? '');
    expect(restored.headers.get('content-type')).toBe('image/jpeg');
    expect(explorer.errors).toEqual([]);
    expect([...explorer.origins]).toEqual([gateway.url]);

    // After a reload the picture before is shown if the answer contains its address.
    await explorer.reload();
    await explorer.openTab('PhotoStatus');
    await explorer.write('Variables', JSON.stringify({ id }));
    await explorer.run();
    await widthOf(page.getByRole('img', { name: 'The restored picture' }));
    expect(await page.getByRole('img', { name: 'The photo as it was sent' }).count()).toBe(0);
    const query = '($id: ID!) { photoStatus(id: $id) { id originalUrl downloadUrl { url } } }';
    await explorer.write('Operation Editor', `query ${query}`);
    await explorer.run();
    for (const picture of shown) await widthOf(picture);
  });

  test('a list, and a DownloadUrl that comes too early, offer to wait, also if a tab was closed', async () => {
    await using gateway = await startGateway({}, { processingTimeMs: Infinity });
    await using explorer = await openExplorer(gateway.endpoint);
    const { page } = explorer;
    const ids = await uploadTwice(explorer);
    await explorer.openTab('Photos');
    await explorer.run();
    await explorer.follow('Wait for the 2 photos still PROCESSING in PhotosReady');
    await page.getByRole('button', { name: /^Stop query/ }).waitFor();
    for (const id of ids) {
      gateway.simulator.finish(id);
      await expect.poll(() => explorer.readAnswer(), pageTimeout).toContain(id);
    }
    await page.getByRole('button', { name: /^Execute query/ }).waitFor();

    await explorer.openTab('UploadPhoto');
    const [first = '', second = ''] = await uploadTwice(explorer);
    await explorer.openTab('DownloadUrl');
    await explorer.write('Variables', JSON.stringify({ id: second }));
    await explorer.run();
    await expect.poll(() => explorer.readAnswer(), pageTimeout).toContain('PHOTO_NOT_READY');
    await explorer.follow('Wait for this photo in PhotoReady');
    await page.getByRole('button', { name: /^Stop query/ }).waitFor();
    gateway.simulator.finish(second);
    await explorer.follow('Get its address in DownloadUrl');
    await expect.poll(() => explorer.readAnswer(), pageTimeout).toContain('"downloadUrl":{"url":');

    // A step whose tab was closed opens a new one, even while a subscription runs.
    await page.getByRole('button', { name: 'Close DownloadUrl' }).click();
    const third = await uploadOnce(explorer);
    await explorer.openTab('PhotosReady');
    await explorer.write('Variables', JSON.stringify({ ids: [first, third] }));
    await explorer.run();
    await page.getByRole('button', { name: /^Stop query/ }).waitFor();
    gateway.simulator.finish(first);
    await explorer.follow('Get its address in DownloadUrl');
    await expect.poll(() => explorer.readAnswer(), pageTimeout).toContain('"downloadUrl":{"url":');
    await page.getByRole('tab', { name: 'DownloadUrl', selected: true }).waitFor();
  });

  test('an operation without its file is not sent; a photo can be dropped anywhere, and removed', async () => {
    await using gateway = await startGateway();
    await using explorer = await openExplorer(gateway.endpoint);
    const { page } = explorer;
    const sent: string[] = [];
    page.on('request', (request) => {
      if (request.method() === 'POST') sent.push(request.postData() ?? '');
    });
    await explorer.run();
    await expect.poll(() => explorer.readAnswer(), pageTimeout).toContain('Nofileispickedfor$file');
    await explorer.openTab('Quota');
    await explorer.run();
    await expect.poll(() => explorer.readAnswer(), pageTimeout).toContain('"remaining":');
    expect(sent.filter((body) => !body.includes('query Quota'))).toEqual([]);

    await explorer.openTab('UploadPhoto');
    // Only then does the page know where a file belongs.
    await explorer.fileInput.waitFor({ state: 'attached' });
    const dropped = await page.evaluateHandle(() => {
      const transfer = new DataTransfer();
      transfer.items.add(new File(['not a picture'], 'dropped.jpg', { type: 'image/jpeg' }));
      return transfer;
    });
    const editor = page.getByRole('region', { name: 'Operation Editor' });
    await editor.dispatchEvent('drop', { dataTransfer: dropped });
    await page.getByText('dropped.jpg').waitFor();
    await explorer.run();
    await expect
      .poll(() => explorer.readAnswer(), pageTimeout)
      .toContain('"UNSUPPORTED_FILE_TYPE"');
    await page.getByRole('button', { name: 'Remove dropped.jpg' }).click();
    await page.getByText('Choose a photo').waitFor();
  });
});

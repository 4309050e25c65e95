import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasBrowser, startBrowser } from './support/browser.ts';
import { openExplorer, patience, type ExplorerPage } from './support/explorer-page.ts';
import { startGateway } from './support/start-gateway.ts';

const portrait = fileURLToPath(new URL('fixtures/portrait-scratched.jpg', import.meta.url));

/** Waits for the id that an answer shows. */
async function idIn(explorer: ExplorerPage): Promise<string> {
  const pattern = /"id":"([\w-]+)"/;
  await expect.poll(() => explorer.readAnswer(), patience).toMatch(pattern);
  return pattern.exec(await explorer.readAnswer())?.[1] ?? '';
}

describe.runIf(hasBrowser || process.env['CI'])('uploading in the explorer', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await startBrowser();
  });
  afterAll(() => browser.close());

  test('UploadPhoto, PhotoReady and DownloadUrl are walked without leaving the page', async () => {
    await using gateway = await startGateway();
    await using explorer = await openExplorer(browser, gateway.endpoint);
    const { page } = explorer;
    await explorer.fileInput.setInputFiles(portrait);
    await page.getByText('portrait-scratched.jpg').waitFor();
    await explorer.run();
    const id = await idIn(explorer);

    await page.getByRole('button', { name: 'Wait for this photo in PhotoReady' }).click();
    await page.getByRole('tab', { name: 'PhotoReady', selected: true }).waitFor();
    await page.getByRole('region', { name: 'Variables' }).getByText(id).waitFor();
    await expect.poll(() => explorer.readAnswer(), patience).toContain('"status":"READY"');

    await explorer.openTab('DownloadUrl');
    await explorer.write('Variables', JSON.stringify({ id }));
    await explorer.run();
    const link = page.getByRole('link', { name: 'Open the restored picture' });
    const restored = await fetch((await link.getAttribute('href')) ?? '');
    expect(restored.headers.get('content-type')).toBe('image/jpeg');
    for (const name of ['The photo as it was sent', 'The restored picture']) {
      const picture = page.getByRole('img', { name });
      await expect
        .poll(
          () =>
            picture.evaluate((image) => image instanceof HTMLImageElement && image.naturalWidth),
          patience,
        )
        .toBeGreaterThan(0);
    }
    expect(explorer.errors).toEqual([]);
    expect(explorer.origins).toEqual(new Set([gateway.url, gateway.simulator.url]));
  });

  test('an operation whose file is missing is not sent, and the answer says where to pick one', async () => {
    await using gateway = await startGateway();
    await using explorer = await openExplorer(browser, gateway.endpoint);
    const sent: string[] = [];
    explorer.page.on('request', (request) => {
      if (request.method() === 'POST') sent.push(request.postData() ?? '');
    });
    await explorer.run();
    await expect.poll(() => explorer.readAnswer(), patience).toContain('Nofileispickedfor$file');
    await explorer.openTab('Quota');
    await explorer.run();
    await expect.poll(() => explorer.readAnswer(), patience).toContain('"remaining":');
    expect(sent).toEqual([expect.stringContaining('query Quota')]);
  });

  test('a photo is dropped anywhere on the page, and taken away again', async () => {
    await using gateway = await startGateway();
    await using explorer = await openExplorer(browser, gateway.endpoint);
    const { page } = explorer;
    const dropped = await page.evaluateHandle(() => {
      const transfer = new DataTransfer();
      transfer.items.add(new File(['not a picture'], 'dropped.jpg', { type: 'image/jpeg' }));
      return transfer;
    });
    const editor = page.getByRole('region', { name: 'Operation Editor' });
    await editor.dispatchEvent('drop', { dataTransfer: dropped });
    await page.getByText('dropped.jpg').waitFor();
    await explorer.run();
    await expect.poll(() => explorer.readAnswer(), patience).toContain('"UNSUPPORTED_FILE_TYPE"');
    await page.getByRole('button', { name: 'Remove dropped.jpg' }).click();
    await page.getByText('Choose a photo').waitFor();
  });

  test('stopping a subscription closes its stream', async () => {
    await using gateway = await startGateway({}, { processingTimeMs: 600_000 });
    await using explorer = await openExplorer(browser, gateway.endpoint);
    const { page } = explorer;
    await explorer.fileInput.setInputFiles(portrait);
    await explorer.run();
    const streaming = page.waitForResponse(
      (response) => response.headers()['content-type']?.includes('text/event-stream') ?? false,
    );
    await page.getByRole('button', { name: 'Wait for this photo in PhotoReady' }).click();
    const stream = (await streaming).request();
    const ended = page.waitForEvent('requestfailed', (request) => request === stream);
    await page.getByRole('button', { name: /^Stop query/ }).click();
    expect((await ended).failure()?.errorText).toBe('net::ERR_ABORTED');
  });
});

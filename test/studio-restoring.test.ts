import { createReadStream } from 'node:fs';
import { buffer } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { describeInBrowser } from './support/describe-in-browser.ts';
import { limitUploads } from './support/page-pool.ts';
import { startPrefixProxy } from './support/prefix-proxy.ts';
import { startGateway } from './support/start-gateway.ts';
import { copyNamed, openStudio, pageTimeout, photoFile } from './support/studio-page.ts';

describeInBrowser('restoring in the studio', () => {
  test('a dropped photo is uploaded with its progress, pushed when it is ready, compared and downloaded', async () => {
    await using gateway = await startGateway({}, { processingTimeMs: 1000 });
    await using studio = await openStudio(gateway.url);
    const { page } = studio;
    const portrait = await photoFile('portrait-scratched.jpg', 'grandmother.jpg');
    await studio.drop(portrait);
    await expect.poll(() => studio.tray.textContent(), pageTimeout).toContain('grandmother.jpg');
    await page.getByText('Uses 1 of your 100 uploads.').waitFor();
    expect(await studio.quota.textContent()).toContain('100 uploads left');

    // So a picture of 46 kB takes some seconds.
    await limitUploads(studio.page, 20_000);
    const shares = await page.evaluateHandle(() => {
      const seen = new Set<number>();
      const observer = new MutationObserver(() => {
        const bar = document.querySelector('progress[aria-label="Uploading: grandmother.jpg"]');
        if (bar instanceof HTMLProgressElement) seen.add(bar.position);
      });
      observer.observe(document.body, { attributes: true, childList: true, subtree: true });
      return seen;
    });
    await studio.restore();
    const card = studio.card('grandmother.jpg');
    await expect
      .poll(
        () => shares.evaluate((seen) => [...seen].filter((share) => share > 0 && share < 1).length),
        pageTimeout,
      )
      .toBeGreaterThan(1);

    await card.getByText('Being restored…').waitFor();
    const slider = card.getByRole('slider', { name: 'Compare: grandmother.jpg' });
    await slider.waitFor();
    await expect.poll(() => studio.quota.textContent(), pageTimeout).toContain('99 uploads left');

    const downloading = page.waitForEvent('download');
    await card.getByRole('link', { name: 'Download: grandmother.jpg' }).click();
    const download = await downloading;
    const restored = await sharp(await buffer(createReadStream(await download.path()))).metadata();
    const sent = await sharp(portrait.bytes).metadata();
    expect(restored.width).toBeGreaterThan(sent.width);
    expect(studio.errors).toEqual([]);
    // Only pictures may come from the provider's origin.
    const pictures = gateway.simulator.url;
    expect([gateway.url, pictures]).toEqual(expect.arrayContaining([...studio.origins]));
  });

  test('the slider works by mouse, touch and keyboard', async () => {
    await using gateway = await startGateway();
    await using studio = await openStudio(gateway.url, { hasTouch: true });
    await studio.drop(await photoFile('landscape-small.jpg', 'lake.jpg'));
    await studio.restore();
    const slider = studio.card('lake.jpg').getByRole('slider');
    await slider.waitFor();
    const box = (await slider.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
    const { mouse, keyboard, touchscreen } = studio.page;
    const middle = box.y + box.height / 2;
    const value = async () => Number(await slider.inputValue());

    await mouse.move(box.x + box.width / 2, middle);
    await mouse.down();
    await mouse.move(box.x + box.width * 0.2, middle, { steps: 5 });
    await mouse.up();
    expect(await value()).toBeGreaterThan(10);
    expect(await value()).toBeLessThan(30);

    await touchscreen.tap(box.x + box.width * 0.8, middle);
    await expect.poll(value, pageTimeout).toBeGreaterThan(70);

    await slider.focus();
    await keyboard.press('Home');
    expect(await slider.getAttribute('aria-valuetext')).toBe('0% before, 100% after');
    await keyboard.press('ArrowRight');
    expect(await value()).toBe(1);
    await keyboard.press('End');
    expect(await slider.getAttribute('aria-valuetext')).toBe('100% before, 0% after');
  });

  test('a ready photo opens large, and closing it restores the focus', async () => {
    await using gateway = await startGateway();
    await using studio = await openStudio(gateway.url);
    await studio.drop(await photoFile('landscape-small.jpg', 'lake.jpg'));
    await studio.restore();
    const open = studio.card('lake.jpg').getByRole('button', { name: 'Open large: lake.jpg' });
    await open.click();
    const dialog = studio.page.getByRole('dialog', { name: 'lake.jpg' });
    await dialog.getByRole('slider').waitFor();
    await studio.page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    expect(await open.evaluate((element) => element.matches(':focus'))).toBe(true);
  });

  test('three photos are restored concurrently, for three uploads, with one subscription', async () => {
    await using gateway = await startGateway({}, { processingTimeMs: 500 });
    await using studio = await openStudio(gateway.url);
    const names = ['one.jpg', 'two.jpg', 'three.jpg'];
    await studio.drop(
      ...(await Promise.all(names.map((name) => photoFile('landscape-small.jpg', name)))),
    );
    await studio.page.getByRole('button', { name: 'Repair 3 photos' }).waitFor();
    const sockets: string[] = [];
    studio.page.on('websocket', (socket) => sockets.push(socket.url()));
    await studio.restore();
    for (const name of names) await studio.card(name).getByRole('slider').waitFor();
    await expect.poll(() => studio.quota.textContent(), pageTimeout).toContain('97 uploads left');
    expect(sockets).toHaveLength(1);
    expect(await studio.page.getByRole('article').getByRole('heading').allTextContents()).toEqual(
      names,
    );
    expect(studio.errors).toEqual([]);
  });

  test('an ID photo gets the picked colour', async () => {
    await using gateway = await startGateway();
    await using studio = await openStudio(gateway.url);
    const { page } = studio;
    await studio.drop(await photoFile('id-photo.jpg'));
    await page.getByRole('radio', { name: 'ID photo' }).check();
    await page.getByLabel('Another colour').fill('#0a84ff');
    await studio.restore();
    const card = studio.card('id-photo.jpg');
    await card.getByRole('slider').waitFor();
    const downloading = page.waitForEvent('download');
    await card.getByRole('link', { name: 'Download: id-photo.jpg' }).click();
    const picture = sharp(await (await downloading).path());
    const { data } = await picture
      .extract({ left: 4, top: 4, width: 8, height: 8 })
      .resize(1, 1)
      .raw()
      .toBuffer({ resolveWithObject: true });
    const [red = 0, green = 0, blue = 0] = data;
    expect(
      [Math.abs(red - 0x0a), Math.abs(green - 0x84), Math.abs(blue - 0xff)].every(
        (off) => off < 24,
      ),
    ).toBe(true);
  });

  test('restored photos and their originals are shown after a reload', async () => {
    await using gateway = await startGateway();
    await using studio = await openStudio(gateway.url);
    await studio.restorePhoto('lake.jpg');
    await studio.page.reload();
    await studio.card('lake.jpg').getByRole('slider').waitFor();
    expect(await studio.page.getByRole('article').count()).toBe(1);
  });

  test('another browser shows them too, with their names and their originals', async () => {
    await using gateway = await startGateway();
    await using studio = await openStudio(gateway.url);
    await studio.restorePhoto('lake.jpg');
    await using other = await openStudio(gateway.url);
    const card = other.card('lake.jpg');
    await card.getByRole('slider').waitFor();
    expect(await card.getByRole('img', { name: /^Before/ }).count()).toBe(1);
  });

  test('the remaining time is shown once the gateway has learned it', async () => {
    const photosToLearnFrom = 9;
    await using gateway = await startGateway({}, { processingTimeMs: 2000, concurrency: 10 });
    await using studio = await openStudio(gateway.url);
    const { page } = studio;
    const lake = await photoFile('landscape-small.jpg');
    await studio.drop(
      ...Array.from({ length: photosToLearnFrom }, (_, index) => copyNamed(`${index}.jpg`, lake)),
    );
    await studio.restore();
    await expect.poll(() => page.getByRole('slider').count(), pageTimeout).toBe(photosToLearnFrom);
    await studio.drop(copyNamed('last.jpg', lake));
    await studio.restore();
    await studio
      .card('last.jpg')
      .getByText(/^About \d+\s?s left$/)
      .waitFor();
    await studio.card('last.jpg').getByRole('slider').waitFor();
    expect(gateway.simulator.uploadsLeft).toBe(100 - photosToLearnFrom - 1);
  });

  test('the studio works if only trusted documents may run', async () => {
    const manifest = fileURLToPath(
      new URL('../schema/typed/persisted-documents.json', import.meta.url),
    );
    await using gateway = await startGateway({
      TRUSTED_DOCUMENTS: 'only',
      TRUSTED_DOCUMENTS_FILE: manifest,
    });
    await using studio = await openStudio(gateway.url);
    await studio.restorePhoto('lake.jpg');
    expect(studio.errors).toEqual([]);
  });

  test('the studio works below a path prefix of a proxy', async () => {
    await using gateway = await startGateway();
    await using proxy = await startPrefixProxy(gateway.url, '/photos');
    await using studio = await openStudio(`${proxy.url}/photos/`);
    expect(await studio.quota.textContent()).toContain('100 uploads left');
    expect(studio.errors).toEqual([]);
  });
});

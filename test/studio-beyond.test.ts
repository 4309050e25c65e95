import { createReadStream } from 'node:fs';
import { buffer } from 'node:stream/consumers';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { findingsOn } from './support/axe.ts';
import { describeInBrowser } from './support/describe-in-browser.ts';
import { limitUploads } from './support/page-pool.ts';
import { startGateway } from './support/start-gateway.ts';
import { copyNamed, openStudio, pageTimeout, photoFile } from './support/studio-page.ts';

async function lakes(...names: readonly string[]) {
  const lake = await photoFile('landscape-small.jpg');
  return names.map((name) => copyNamed(name, lake));
}

/** A picture that a slow line takes long for. */
async function noise(name: string) {
  const grain = { type: 'gaussian', mean: 128, sigma: 60 } as const;
  const picture = {
    width: 300,
    height: 300,
    channels: 3,
    background: 'grey',
    noise: grain,
  } as const;
  const bytes = await sharp({ create: picture }).png().toBuffer();
  return { name, type: 'image/png', bytes };
}

/** The names of the files in a zip, from its central directory. */
function namesInZip(zip: Buffer): string[] {
  const names: string[] = [];
  for (let at = zip.indexOf('PK\x01\x02'); at !== -1; at = zip.indexOf('PK\x01\x02', at + 4)) {
    names.push(zip.toString('utf8', at + 46, at + 46 + zip.readUInt16LE(at + 28)));
  }
  return names;
}

/** Makes the uploads of a file fail until the returned function is called. */
async function failUploads(page: Page, name: string) {
  let isFailing = true;
  const failure = {
    message: 'The provider did not answer.',
    extensions: { code: 'UPSTREAM_UNAVAILABLE', retryable: true, charged: false },
  };
  await page.route('**/graphql', (route) =>
    isFailing && (route.request().postData() ?? '').includes(`"name":"${name}"`)
      ? route.fulfill({ json: { errors: [failure] } })
      : route.continue(),
  );
  return () => (isFailing = false);
}

describeInBrowser('the studio beyond a single photo', () => {
  test('a visitor without a photo gets to a result with one click', async () => {
    await using gateway = await startGateway();
    await using studio = await openStudio(gateway.url);
    await studio.page.getByText('Try one of ours, for one upload').waitFor();
    await studio.page.getByRole('button', { name: 'Old portrait' }).click();
    await studio.card('Old portrait.jpg').getByRole('slider').waitFor();
    expect(gateway.simulator.uploadsLeft).toBe(99);
  });

  test('photos that are sent together are followed, cancelled, retried and saved together', async () => {
    await using gateway = await startGateway({}, { processingTimeMs: Infinity });
    await using studio = await openStudio(gateway.url);
    const { page } = studio;
    const bar = page.getByRole('region', { name: 'Photos in progress' });
    const recover = await failUploads(page, 'b.jpg');
    await studio.drop(...(await lakes('a.jpg', 'b.jpg', 'c.jpg')));
    await studio.restore();
    await bar.getByText('0 of 3 restored').waitFor();
    await bar.getByText('1 failed').waitFor();
    expect(await page.title()).toBe('0 of 3 restored – Photo Studio');
    recover();
    await bar.getByRole('button', { name: 'Try it again' }).click();
    await bar.getByText('1 failed').waitFor({ state: 'detached' });

    await limitUploads(page, 20_000);
    await studio.drop(...(await Promise.all(['d', 'e', 'f', 'g', 'h'].map(noise))));
    await studio.restore();
    await bar.getByText('0 of 8 restored').waitFor();
    await bar.getByRole('button', { name: 'Cancel all' }).click();
    await bar.getByText('0 of 3 restored').waitFor();
    await studio.tray.getByText('Cancelled, nothing charged.').nth(4).waitFor();
    await limitUploads(page, null);
    expect(await findingsOn(page)).toEqual([]);

    await expect
      .poll(() => gateway.simulator.requests.filter(({ endpoint }) => endpoint === 'upload').length)
      .toBe(3);
    for (const { mdf } of gateway.simulator.requests) if (mdf) gateway.simulator.finish(mdf);
    await bar.getByText('3 of 3 restored').waitFor();
    await expect.poll(() => page.title(), pageTimeout).toBe('Photo Studio – restore your photos');
    const downloading = page.waitForEvent('download');
    await bar.getByRole('button', { name: 'Download all 3' }).click();
    const download = await downloading;
    expect(download.suggestedFilename()).toMatch(/^photos-\d{4}-\d\d-\d\d\.zip$/);
    const zip = await buffer(createReadStream(await download.path()));
    expect(namesInZip(zip)).toEqual(['a-restored.jpg', 'b-restored.jpg', 'c-restored.jpg']);
    expect(gateway.simulator.uploadsLeft).toBe(97);
  });

  test('the viewer zooms both pictures, leads through the photos, and shows the original while asked to', async () => {
    await using gateway = await startGateway();
    await using studio = await openStudio(gateway.url);
    const { page } = studio;
    await studio.drop(...(await lakes('one.jpg', 'two.jpg')));
    await studio.restore();
    for (const name of ['one.jpg', 'two.jpg'])
      await studio.card(name).getByRole('slider').waitFor();
    await studio.card('one.jpg').getByRole('button', { name: 'Open large: one.jpg' }).click();
    const dialog = page.getByRole('dialog', { name: 'one.jpg' });
    const facts = dialog.getByText(/^\d+ × \d+, \d+ kB → \d+ × \d+, \d+ kB$/);
    await facts.waitFor();
    const [, width] = /→ (\d+)/.exec((await facts.textContent()) ?? '') ?? [];
    await dialog.getByRole('button', { name: '100%' }).click();
    const widths = () =>
      dialog
        .getByRole('img')
        .evaluateAll((pictures) =>
          pictures.map((picture) => picture.getBoundingClientRect().width),
        );
    await expect.poll(widths, pageTimeout).toEqual([Number(width), Number(width)]);
    const stage = await page.locator('.viewer-stage').boundingBox();
    await page.mouse.move((stage?.x ?? 0) + 40, (stage?.y ?? 0) + 40);
    await page.mouse.wheel(0, -1200);
    await expect
      .poll(async () => Math.min(...(await widths())), pageTimeout)
      .toBeGreaterThan(Number(width) * 3);
    const top = () =>
      page.locator('.viewer-before').evaluate((picture) => picture.getBoundingClientRect().top);
    const before = await top();
    await page.mouse.move((stage?.x ?? 0) + 240, (stage?.y ?? 0) + 190);
    await page.mouse.down();
    await page.mouse.move((stage?.x ?? 0) + 60, (stage?.y ?? 0) + 40, { steps: 4 });
    await page.mouse.up();
    await expect.poll(top, pageTimeout).not.toBe(before);

    const slider = dialog.getByRole('slider');
    await dialog.getByRole('button', { name: 'Close' }).focus();
    await page.keyboard.down('o');
    expect(await slider.inputValue()).toBe('100');
    await page.keyboard.up('o');
    await expect.poll(() => slider.inputValue(), pageTimeout).toBe('50');
    expect(await findingsOn(page)).toEqual([]);
    await page.keyboard.press('ArrowRight');
    await page.getByRole('dialog', { name: 'two.jpg' }).getByRole('slider').waitFor();
    await page.keyboard.press('ArrowLeft');
    await dialog.getByRole('slider').waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
  });

  test('a restored photo is saved by its name, restored further, copied, and shown as a small copy', async () => {
    await using gateway = await startGateway();
    await using studio = await openStudio(gateway.url, {
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    const { page } = studio;
    await studio.drop(await photoFile('portrait-scratched.jpg', 'grandma 1952.jpeg'));
    await studio.restore();
    const card = studio.card('grandma 1952.jpeg');
    await card.getByRole('slider').waitFor();
    // The result is 960 pixels wide, and the card 240.
    await expect
      .poll(
        () =>
          card
            .getByRole('img', { name: /^After/ })
            .evaluate((picture) =>
              picture instanceof HTMLImageElement ? picture.naturalWidth : 0,
            ),
        pageTimeout,
      )
      .toBe(480);
    expect(await card.getByText(/^Kept until/).count()).toBe(0);
    const downloading = page.waitForEvent('download');
    await card.getByRole('link', { name: /^Download/ }).click();
    expect((await downloading).suggestedFilename()).toBe('grandma 1952-restored.jpg');

    const more = card.getByRole('button', { name: 'More: grandma 1952.jpeg' });
    await more.click();
    await card.getByRole('button', { name: 'Copy the picture' }).click();
    const copied = () =>
      page.evaluate(async () => {
        const [item] = await navigator.clipboard.read();
        return item?.types ?? [];
      });
    await card.getByText('Copied.').waitFor();
    expect(await copied()).toContain('image/png');
    expect(await findingsOn(page)).toEqual([]);
    await card.getByRole('button', { name: 'Add colour too…' }).click();
    await page.getByRole('button', { name: 'Add colour to 1 photo' }).click();
    const coloured = page.getByRole('article').filter({ hasText: 'Colour added' });
    await coloured.getByRole('slider').waitFor();
    expect(gateway.simulator.uploadsLeft).toBe(98);

    await coloured.getByRole('button', { name: /^More/ }).click();
    await coloured.getByRole('button', { name: 'Delete…' }).click();
    await coloured.getByText('What the photo cost isn’t paid back.').waitFor();
    expect(await findingsOn(page)).toEqual([]);
    await coloured.getByRole('button', { name: 'Delete', exact: true }).click();
    await coloured.waitFor({ state: 'detached' });
    await page.reload();
    await studio.card('grandma 1952.jpeg').getByRole('slider').waitFor();
    expect(await page.getByRole('article').count()).toBe(1);
  });

  test('the page can be installed, and without a network it opens and shows what is there', async () => {
    await using gateway = await startGateway();
    await using studio = await openStudio(gateway.url);
    const { page } = studio;
    await studio.restorePhoto('lake.jpg');
    const manifest = await page.evaluate(async () => {
      const link = document.querySelector<HTMLLinkElement>('link[rel=manifest]');
      const response = await fetch(link?.href ?? '');
      return response.text();
    });
    expect(manifest).toContain('"display": "standalone"');
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
    await gateway.closeGateway();
    await page.reload();
    await studio.card('lake.jpg').getByRole('slider').waitFor();
    await page.getByText('Connection lost. Reconnecting…', { exact: true }).waitFor();
  });
});

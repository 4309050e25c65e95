import type { Locator, Page } from 'playwright-core';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { makeKeysFile, startGuardedGateway } from './support/access-gateway.ts';
import { describeInBrowser } from './support/describe-in-browser.ts';
import { startGateway } from './support/start-gateway.ts';
import {
  copyNamed,
  openStudio,
  pageTimeout,
  photoFile,
  type StudioPage,
} from './support/studio-page.ts';

const file = (name: string, bytes: Uint8Array) => ({ name, type: 'image/jpeg', bytes });
const noted = ({ page }: StudioPage, text: string | RegExp) =>
  page.locator('.tray-note').filter({ hasText: text }).waitFor();

/** A picture of one pixel in a format that browsers read, and the provider may not. */
const bmp = Buffer.from(
  '424d3a0000000000000036000000280000000100000001000000010018000000000004000000130b0000130b00000000000000000000808080' +
    '00',
  'hex',
);

async function photos(count: number) {
  const lake = await photoFile('landscape-small.jpg');
  return Array.from({ length: count }, (_, index) => copyNamed(`${index + 1}.jpg`, lake));
}

/** Whether all of an element is in sight, and what is seen there is the element itself. */
function isInSight(element: Locator): Promise<boolean> {
  return element.evaluate((node) => {
    const { left, top, right, bottom } = node.getBoundingClientRect();
    const isInside = top >= 0 && bottom <= window.innerHeight && left >= 0;
    const hit = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
    return isInside && hit !== null && (node.contains(hit) || hit.contains(node));
  });
}

/** How many pictures the browser has stored for the studio: those picked, those sent, and small copies. */
function countStored(page: Page, only = ''): Promise<number> {
  return page.evaluate(async (wanted) => {
    let stored = 0;
    for (const { name = '' } of await indexedDB.databases()) {
      if (!name.includes(wanted)) continue;
      stored += await new Promise<number>((resolve) => {
        const opening = indexedDB.open(name);
        opening.addEventListener('success', () => {
          const database = opening.result;
          const [store = ''] = database.objectStoreNames;
          const counting = database.transaction(store).objectStore(store).count();
          counting.addEventListener('success', () => {
            database.close();
            resolve(counting.result);
          });
        });
      });
    }
    return stored;
  }, only);
}

describeInBrowser('picking photos in the studio', () => {
  test('each file is checked by its bytes, and only what can succeed is sent and paid', async () => {
    await using gateway = await startGateway({ MAX_FILE_SIZE: '40000' });
    await using studio = await openStudio(gateway.url);
    const tiff = await sharp({ create: { width: 9, height: 9, channels: 3, background: 'red' } })
      .tiff()
      .toBuffer();
    const lake = await photoFile('landscape-small.jpg', 'lake.jpg');
    await studio.drop(
      lake,
      { ...lake, name: 'copy of lake.jpg' },
      file('letter.jpg', Buffer.from('a letter')),
      file('empty.jpg', Buffer.alloc(0)),
      await photoFile('hevc.heic', 'IMG_1.HEIC'),
      file('scan.tif', tiff),
      file('paint.bmp', bmp),
      await photoFile('portrait-scratched.jpg', 'large.jpg'),
    );
    await noted(studio, 'letter.jpg Not a picture');
    await noted(studio, 'empty.jpg The file is empty');
    await noted(studio, 'copy of lake.jpg Already added');
    await noted(studio, 'IMG_1.HEIC Your browser can’t read HEIC');
    await noted(studio, 'scan.tif Your browser can’t read TIFF');
    await noted(studio, 'paint.bmp BMP is sent as JPEG.');
    await noted(studio, /large.jpg Made smaller to be accepted: 46 kB → \d+ kB/);
    await studio.page.getByText('Uses 3 of your 100 uploads.').waitFor();
    await studio.page.getByRole('button', { name: 'Repair 3 photos' }).click();
    for (const name of ['lake.jpg', 'paint.bmp', 'large.jpg']) {
      await studio.card(name).getByRole('slider').waitFor();
    }
    expect(gateway.simulator.uploadsLeft).toBe(97);
    await studio.drop(lake);
    await noted(studio, 'lake.jpg Restored like this before.');
    await studio.page.getByRole('radio', { name: 'Sharpen' }).check();
    await studio.page
      .getByText('Restored like this before.')
      .first()
      .waitFor({ state: 'detached' });
    await studio.page.getByRole('button', { name: 'Remove all' }).click();
    await expect.poll(() => studio.tray.getByRole('listitem').count(), pageTimeout).toBe(0);
  });

  test('the choice and the button are in sight whatever is picked, and say what will be done', async () => {
    await using gateway = await startGateway({}, { processingTimeMs: Infinity });
    await using studio = await openStudio(gateway.url, { hasTouch: true });
    const { page } = studio;
    await studio.drop(...(await photos(12)));
    await page.getByRole('radio', { name: 'ID photo' }).check();
    await page.getByRole('button', { name: '12 ID photos, white' }).waitFor();
    for (const [width, height] of [
      [1366, 768],
      [1440, 900],
      [2560, 1440],
    ] as const) {
      await page.setViewportSize({ width, height });
      for (const radio of await page.getByRole('radio').all()) {
        expect(await isInSight(radio.locator('..'))).toBe(true);
      }
      expect(await isInSight(studio.restoreButton)).toBe(true);
    }
    await page.getByRole('radio', { name: 'Red' }).check();
    await page.getByRole('button', { name: '12 ID photos, red' }).waitFor();

    // On a phone the cards are below, and the page goes there.
    await page.setViewportSize({ width: 320, height: 640 });
    await page.evaluate(() => window.scrollTo(0, 0));
    expect(await isInSight(studio.restoreButton)).toBe(true);
    await studio.restore();
    await expect
      .poll(
        () =>
          page.evaluate(
            () => document.querySelector('.gallery h2')?.getBoundingClientRect().top ?? 999,
          ),
        pageTimeout,
      )
      .toBeLessThan(320);
    await page.evaluate(() => window.scrollTo(0, 0));
    await page.getByRole('button', { name: '12 being restored · View' }).click();
    await expect
      .poll(() => isInSight(page.getByRole('heading', { name: 'Your photos' })), pageTimeout)
      .toBe(true);
  });

  test('the tray, the repair and the order survive a reload, and other tabs are told', async () => {
    await using gateway = await startGateway();
    await using studio = await openStudio(gateway.url);
    const { page } = studio;
    const headings = () => page.getByRole('article').getByRole('heading').allTextContents();
    await studio.drop(...(await photos(3)));
    await studio.restore();
    await expect.poll(() => page.getByRole('slider').count(), pageTimeout).toBe(3);
    await page.getByRole('radio', { name: 'ID photo' }).check();
    await page.getByRole('radio', { name: 'Blue', exact: true }).check();
    await studio.drop(await photoFile('id-photo.jpg', 'later.jpg'));
    await page.getByRole('button', { name: 'ID photo, blue' }).waitFor();
    await expect.poll(() => countStored(page, 'tray'), pageTimeout).toBe(1);

    await page.reload();
    await page.getByRole('button', { name: 'ID photo, blue' }).waitFor();
    await studio.tray.getByText('later.jpg').waitFor();
    await expect.poll(headings, pageTimeout).toEqual(['1.jpg', '2.jpg', '3.jpg']);

    const other = await page.context().newPage();
    await other.goto(gateway.url);
    const otherTray = other.getByRole('list', { name: 'Photos to restore' });
    await otherTray.getByText('later.jpg').waitFor();
    await studio.restore();
    await otherTray.getByText('later.jpg').waitFor({ state: 'detached' });
    await other.getByRole('article', { name: 'later.jpg' }).getByRole('slider').waitFor();
    expect(gateway.simulator.uploadsLeft).toBe(96);
  });

  test('without a key nothing is sent, a revoked one is told from a wrong one, and signing out forgets all', async () => {
    await using keys = await makeKeysFile();
    const key = await keys.add('anna');
    const another = await keys.add('berta');
    await using gateway = await startGuardedGateway({ API_KEYS_FILE: keys.path });
    await using studio = await openStudio(gateway.url);
    const { page } = studio;
    const field = page.getByLabel('Access key');
    await studio.drop(await photoFile('id-photo.jpg', 'mine.jpg'));
    await page.getByText('Enter your key first.').waitFor();
    await studio.restoreButton.click({ force: true });
    expect(await field.evaluate((element) => element.matches(':focus'))).toBe(true);
    expect(await page.getByRole('article').count()).toBe(0);
    await field.fill(key);
    await page.keyboard.press('Enter');
    await studio.restorePhoto('lake.jpg');

    await keys.revoke('anna');
    const headers = { 'X-API-Key': key, Accept: 'application/json' };
    await expect
      .poll(
        async () => (await fetch(`${gateway.endpoint}?query={__typename}`, { headers })).status,
        pageTimeout,
      )
      .toBe(401);
    await page.reload();
    await page.getByRole('heading', { name: 'Your key no longer works' }).waitFor();
    await field.fill(another);
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Menu' }).click();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'This studio needs a key' }).waitFor();
    expect(await studio.tray.getByRole('listitem').count()).toBe(0);
    expect(await countStored(page)).toBe(0);
  });
});

import sharp from 'sharp';
import type { Page } from 'playwright-core';
import { openExplorer } from '../test/support/explorer-page.ts';
import { closeBrowser } from '../test/support/page-pool.ts';
import { spawnGateway } from '../test/support/spawn-gateway.ts';
import { openStudio, photoFile } from '../test/support/studio-page.ts';
import { makeTemporaryDirectory } from '../test/support/temporary-directory.ts';

/** Takes the pictures of the documents from the running product. Run: `npm run screenshots`. */

const here = new URL('.', import.meta.url);

async function take(page: Page, name: string) {
  const png = await page.screenshot({ animations: 'disabled' });
  await sharp(png)
    .webp({ quality: 82, effort: 6 })
    .toFile(new URL(`${name}.webp`, here).pathname);
}

await using directory = await makeTemporaryDirectory();
await using stack = new AsyncDisposableStack();
const gateway = await spawnGateway({ DATA_DIR: directory.path });
stack.defer(() => gateway.kill());
const studioUrl = new URL('/', gateway.endpoint).href;
stack.defer(closeBrowser);
const wide = { viewport: { width: 1280, height: 860 }, deviceScaleFactor: 1.5 };

for (const colorScheme of ['light', 'dark'] as const) {
  await using studio = await openStudio(studioUrl, { ...wide, colorScheme });
  const { page } = studio;
  if (colorScheme === 'light') {
    await studio.drop(await photoFile('portrait-scratched.jpg', 'grandmother-1952.jpg'));
    await studio.restore();
    await studio.drop(await photoFile('landscape.jpg', 'lake.jpg'));
    await page.getByRole('radio', { name: 'Sharpen' }).check();
    await studio.restore();
    await studio.drop(await photoFile('id-photo.jpg', 'passport.jpg'));
    await page.getByRole('radio', { name: 'ID photo' }).check();
    await page.getByRole('radio', { name: 'Blue', exact: true }).check();
    await studio.restore();
    await page.getByRole('slider').nth(2).waitFor();
    await page.getByRole('radio', { name: 'Repair' }).check();
    await page.mouse.move(0, 0);
    await page.evaluate(() => {
      if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
    });
  } else {
    await page.getByRole('slider').nth(2).waitFor();
  }
  await take(page, `studio-${colorScheme}`);
}

await using explorer = await openExplorer(gateway.endpoint, wide);
await explorer.openTab('UploadPhoto');
await explorer.fileInput.setInputFiles(
  new URL('../test/fixtures/portrait-scratched.jpg', import.meta.url).pathname,
);
await explorer.run();
await explorer.page.getByRole('button', { name: 'Wait for this photo in PhotoReady' }).click();
await explorer.page.getByAltText('The restored picture').waitFor();
await take(explorer.page, 'explorer');

import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeKeysFile, startGuardedGateway } from './support/access-gateway.ts';
import { hasBrowser, startBrowser } from './support/browser.ts';
import { openExplorer, patience, type ExplorerPage } from './support/explorer-page.ts';

const portrait = fileURLToPath(new URL('fixtures/portrait-scratched.jpg', import.meta.url));

/** Puts headers into the editor of the tab that is open. */
async function writeHeaders(explorer: ExplorerPage, headers: object) {
  await explorer.page.getByRole('button', { name: 'Headers' }).click();
  await explorer.write('Headers', JSON.stringify(headers));
}

describe.runIf(hasBrowser || process.env['CI'])('the explorer with AUTH=required', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await startBrowser();
  });
  afterAll(() => browser.close());

  test('says how to send a key', async () => {
    await using keys = await makeKeysFile();
    await keys.add('anna');
    await using gateway = await startGuardedGateway({ API_KEYS_FILE: keys.path });
    await using explorer = await openExplorer(browser, gateway.endpoint);
    await explorer.openTab('Quota');
    await explorer.run();
    await expect.poll(() => explorer.readAnswer(), patience).toContain('X-API-Key');
  });

  test('sends the key of the headers editor with queries, uploads and subscriptions', async () => {
    await using keys = await makeKeysFile();
    const key = { 'X-API-Key': await keys.add('anna') };
    await using gateway = await startGuardedGateway({ API_KEYS_FILE: keys.path });
    await using explorer = await openExplorer(browser, gateway.endpoint);
    const { page } = explorer;
    await writeHeaders(explorer, key);
    await explorer.fileInput.setInputFiles(portrait);
    await explorer.run();
    await expect.poll(() => explorer.readAnswer(), patience).toContain('"status":"PROCESSING"');

    await page.getByRole('button', { name: 'Wait for this photo in PhotoReady' }).click();
    await page.getByRole('tab', { name: 'PhotoReady', selected: true }).waitFor();
    await writeHeaders(explorer, key);
    await explorer.run();
    await expect.poll(() => explorer.readAnswer(), patience).toContain('"status":"READY"');

    await explorer.openTab('Quota');
    await writeHeaders(explorer, key);
    await explorer.run();
    await expect.poll(() => explorer.readAnswer(), patience).toContain('"remaining":');
  });
});

import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { watch } from './support/browser.ts';
import { describeInBrowser } from './support/describe-in-browser.ts';
import { createEmptyModule } from './support/limits-empty-module.ts';
import { startCrossSitePage } from './support/limits-cross-site-page.ts';
import { openPage } from './support/page-pool.ts';
import { startBareServer } from './support/start-bare-server.ts';

/** Opens the attacking page under another name of this machine, and resolves when it has tried everything. */
async function attack(page: Page, endpoint: string) {
  await using attacker = await startCrossSitePage(endpoint);
  await page.goto(attacker.url.replace('127.0.0.1', 'localhost'));
  await page.waitForFunction('window.tried?.length > 10');
  return page.evaluate<readonly string[]>('window.read');
}

const ask = async (address: string) => (await fetch(address)).text();

describeInBrowser('in a browser', () => {
  test('a page of another site can run and read nothing, whatever it sends', async () => {
    const { photos, asked } = createEmptyModule();
    await using gateway = await startBareServer(photos);
    await using opened = await openPage();
    const { page } = opened;
    expect(await attack(page, gateway.endpoint)).toEqual([]);
    // An earlier request would have been recorded by now.
    await fetch(`${gateway.endpoint}?query={quota{remaining}}`);
    expect(asked).toEqual(['quota']);
  });

  test('neither the explorer nor an answer can be framed', async () => {
    await using gateway = await startBareServer(createEmptyModule().photos);
    await using opened = await openPage();
    const { page } = opened;
    const { errors } = watch(page);
    await attack(page, gateway.endpoint);
    expect(errors.filter((error) => /frame/i.test(error))).not.toEqual([]);
    for (const frame of page.frames().slice(1)) expect(frame.url()).toMatch(/^chrome-error:/);
  });

  test('scripts of a page in CORS_ORIGINS get responses', async () => {
    const { photos, asked } = createEmptyModule();
    await using gateway = await startBareServer(photos, { corsOrigins: [] });
    await using attacker = await startCrossSitePage(gateway.endpoint);
    const origin = attacker.url.replace('127.0.0.1', 'localhost');
    await using welcoming = await startBareServer(photos, { corsOrigins: [origin] });
    await using opened = await openPage();
    const { page } = opened;
    await page.goto(origin);
    const address = `${welcoming.endpoint}?query={quota{remaining}}`;
    expect(await page.evaluate(ask, address)).toBe('{"data":{"quota":{"remaining":1}}}');
    expect(asked).toEqual(['quota']);
  });
});

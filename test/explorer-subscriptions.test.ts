import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { describeInBrowser } from './support/describe-in-browser.ts';
import { openExplorer, pageTimeout, type ExplorerPage } from './support/explorer-page.ts';
import { startGateway } from './support/start-gateway.ts';

const photoPath = fileURLToPath(new URL('fixtures/landscape-small.jpg', import.meta.url));
const transports = ['Server-sent events', 'WebSocket'] as const;
type Transport = (typeof transports)[number];
const step = 'Wait for this photo in PhotoReady';

/** Uploads a photo, and chooses the transport of its events. Resolves when the answer offers PhotoReady. */
async function upload(explorer: ExplorerPage, transport: Transport) {
  await explorer.openTab('PhotoReady');
  await explorer.page.getByRole('radio', { name: transport }).check();
  await explorer.openTab('UploadPhoto');
  await explorer.fileInput.setInputFiles(photoPath);
  await explorer.run();
  await explorer.page.getByRole('button', { name: step }).waitFor();
}

/** Resolves when the page has begun to subscribe, with a promise of its end. */
async function nextStream(page: Page, transport: Transport) {
  if (transport === 'WebSocket') {
    const socket = await page.waitForEvent('websocket');
    return { ended: () => socket.waitForEvent('close') };
  }
  const response = await page.waitForResponse(
    (one) => one.headers()['content-type']?.includes('text/event-stream') ?? false,
  );
  return {
    ended: () => page.waitForEvent('requestfailed', (request) => request === response.request()),
  };
}

describeInBrowser('subscribing in the explorer', () => {
  describe.each(transports)('over %s', (transport) => {
    test('an event, a stop, errors and the end of the gateway are shown', async () => {
      await using gateway = await startGateway({}, { processingTimeMs: Infinity });
      await using explorer = await openExplorer(gateway.endpoint);
      const { page } = explorer;
      await upload(explorer, transport);
      let streaming = nextStream(page, transport);
      await explorer.follow(step);
      const variables = page.getByRole('region', { name: 'Variables' });
      const id = /"id":\s*"([\w-]+)"/.exec(await variables.innerText())?.[1] ?? '';
      await streaming;
      gateway.simulator.finish(id);
      await expect.poll(() => explorer.readAnswer(), pageTimeout).toContain('"status":"READY"');
      await page.getByRole('button', { name: /^Execute query/ }).waitFor();
      expect(explorer.errors).toEqual([]);

      await explorer.openTab('UploadPhoto');
      await explorer.run();
      await page.getByRole('button', { name: step }).waitFor();
      streaming = nextStream(page, transport);
      await explorer.follow(step);
      const ended = (await streaming).ended();
      await page.getByRole('button', { name: /^Stop query/ }).click();
      await expect(ended).resolves.toBeDefined();

      await explorer.write('Variables', '{ "id": "nothing-of-ours" }');
      await explorer.run();
      await expect.poll(() => explorer.readAnswer(), pageTimeout).toContain('PHOTO_NOT_FOUND');
      // Refused before it runs, which uses another kind of message.
      await page.getByRole('button', { name: 'New tab' }).click();
      await explorer.write('Operation Editor', 'subscription { nothing }');
      await explorer.run();
      await expect.poll(() => explorer.readAnswer(), pageTimeout).toContain('Cannotqueryfield');
      await page.getByText('Event log').click();
      const log = page.getByRole('list', { name: 'Event log' });
      expect(await log.innerText()).toMatch(
        transport === 'WebSocket' ? /Connected\s.*Failed/s : /Connected\s.*Event.*Completed/s,
      );

      await explorer.openTab('UploadPhoto');
      await page.getByRole('button', { name: step }).waitFor();
      streaming = nextStream(page, transport);
      await explorer.follow(step);
      await streaming;
      await gateway.closeGateway();
      await expect
        .poll(() => explorer.readAnswer(), pageTimeout)
        .toMatch(/thegatewayisbeingrestarted/i);
      await explorer.run();
      await expect.poll(() => explorer.readAnswer(), pageTimeout).toContain('Isthegatewayrunning?');
    });
  });

  test('the choice survives a reload, and applies to subscriptions only', async () => {
    await using gateway = await startGateway();
    await using explorer = await openExplorer(gateway.endpoint);
    const socket = explorer.page.getByRole('radio', { name: 'WebSocket' });
    await explorer.openTab('PhotosReady');
    expect(await socket.isChecked()).toBe(false);
    await socket.check();
    await explorer.reload();
    await explorer.openTab('PhotoReady');
    await expect.poll(() => socket.isChecked(), pageTimeout).toBe(true);
    await explorer.openTab('Quota');
    await socket.waitFor({ state: 'detached' });
  });
});

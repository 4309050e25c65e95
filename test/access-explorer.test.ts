import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { writeKeys } from '../src/access/key-commands.ts';
import { makeKeysFile, startGuardedGateway } from './support/access-gateway.ts';
import { describeInBrowser } from './support/describe-in-browser.ts';
import { openExplorer, pageTimeout, type ExplorerPage } from './support/explorer-page.ts';

const photoPath = fileURLToPath(new URL('fixtures/landscape-small.jpg', import.meta.url));

/** A gateway that accepts the client anna, who may upload 20 photos a day. */
async function startWithKey(processingTimeMs?: number) {
  await using started = new AsyncDisposableStack();
  const keys = started.use(await makeKeysFile());
  const key = await keys.add('anna', { 'uploads-per-day': '20' });
  const gateway = started.use(
    await startGuardedGateway({ API_KEYS_FILE: keys.path }, processingTimeMs),
  );
  const running = started.move();
  return {
    endpoint: gateway.endpoint,
    key,
    removeKey: () => writeKeys(keys.path, { keys: [], webhooks: [] }),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

const knownQuota = 'Your allowance: 20 of 20 left today';

/** Everything that the page keeps across a reload. */
const storedBy = ({ page }: ExplorerPage) =>
  page.evaluate<string>('JSON.stringify(Object.entries(localStorage))');

/** Toggles GraphiQL's own switch, and closes its dialog. */
async function persistHeaders({ page }: ExplorerPage, choice: 'On' | 'Off') {
  await page.getByRole('button', { name: 'Open settings dialog' }).click();
  await page.getByRole('dialog').getByRole('button', { name: choice, exact: true }).click();
  await page.keyboard.press('Escape');
}

describeInBrowser('the explorer with AUTH=required', () => {
  test('says how to send a key, and that one is not accepted, and loads quota and schema with a valid one', async () => {
    await using gateway = await startWithKey();
    await using explorer = await openExplorer(gateway.endpoint);
    const { page, quota } = explorer;
    await expect.poll(() => explorer.readQuota(), pageTimeout).toContain('An API key is needed');
    // A schema that is refused is no answer.
    expect(await explorer.readAnswer()).toBe('');
    await explorer.openTab('PhotoReady');
    await page.getByRole('radio', { name: 'WebSocket' }).check();
    await explorer.run();
    await expect.poll(() => explorer.readAnswer(), pageTimeout).toContain('"UNAUTHENTICATED"');
    expect(await explorer.readAnswer()).toContain('(4403)');
    await page.getByRole('radio', { name: 'Server-sent events' }).check();
    await explorer.run();
    await page.getByText(/^401 Unauthorized · /).waitFor();
    await page.getByText('Event log (2)').click();
    expect(await page.getByRole('list', { name: 'Event log' }).innerText()).toContain('Refused');
    await explorer.openTab('Quota');
    await explorer.run();
    await expect.poll(() => explorer.readAnswer(), pageTimeout).toContain('X-API-Key');
    await page.getByRole('button', { name: 'Show Documentation Explorer' }).click();
    // From the schema that the page was built with.
    await page.getByRole('link', { name: 'Mutation', exact: true }).waitFor();

    const introspected = page.waitForResponse(
      (response) => /IntrospectionQuery/.test(response.request().postData() ?? '') && response.ok(),
    );
    await quota.getByRole('button', { name: 'Enter a key' }).click();
    await page.getByRole('region', { name: 'Headers' }).getByText('X-API-Key').waitFor();
    await page.locator('.monaco-editor.focused').waitFor();
    await page.keyboard.insertText('made-up');
    await expect
      .poll(() => explorer.readQuota(), pageTimeout)
      .toContain('This key is not accepted');
    await explorer.writeHeaders({ Authorization: `Bearer ${gateway.key}` });
    await expect.poll(() => explorer.readQuota(), pageTimeout).toContain(knownQuota);
    await introspected;
    await page.getByRole('link', { name: 'Mutation', exact: true }).waitFor();
  });

  test('each step sends the key, also for events over either transport', async () => {
    await using gateway = await startWithKey();
    await using explorer = await openExplorer(gateway.endpoint);
    const { page } = explorer;
    await explorer.writeHeaders({ 'X-API-Key': gateway.key });
    await explorer.fileInput.setInputFiles(photoPath);
    for (const [left, transport] of [
      [19, 'Server-sent events'],
      [18, 'WebSocket'],
    ] as const) {
      await explorer.openTab('PhotoReady');
      await page.getByRole('radio', { name: transport }).check();
      await explorer.openTab('UploadPhoto');
      await explorer.run();
      await expect
        .poll(() => explorer.readQuota(), pageTimeout)
        .toContain(`Your allowance: ${left} of 20 left today`);
      await explorer.follow('Wait for this photo in PhotoReady');
      await expect.poll(() => explorer.readAnswer(), pageTimeout).toContain('"status":"READY"');
      await explorer.follow('Get its address in DownloadUrl');
      await expect
        .poll(() => explorer.readAnswer(), pageTimeout)
        .toContain('"downloadUrl":{"url":');
    }
    await explorer.openTab('Photos');
    await explorer.run();
    await expect.poll(() => explorer.readAnswer(), pageTimeout).toContain('"edges":[{');
  });

  test('a key that is removed while events are awaited is reported beside the quota too', async () => {
    await using gateway = await startWithKey(Infinity);
    await using explorer = await openExplorer(gateway.endpoint);
    await explorer.writeHeaders({ 'X-API-Key': gateway.key });
    await explorer.fileInput.setInputFiles(photoPath);
    await explorer.run();
    await explorer.follow('Wait for this photo in PhotoReady');
    await expect.poll(() => explorer.readQuota(), pageTimeout).toContain('19 of 20');
    await gateway.removeKey();
    await expect.poll(() => explorer.readAnswer(), pageTimeout).toContain('"UNAUTHENTICATED"');
    await expect
      .poll(() => explorer.readQuota(), pageTimeout)
      .toContain('This key is not accepted');
  });

  test('a key survives a reload only if that is switched on, and is then sent with every request', async () => {
    await using gateway = await startWithKey();
    await using explorer = await openExplorer(gateway.endpoint);
    async function runQuota() {
      await explorer.openTab('Quota');
      await explorer.writeHeaders({ 'X-API-Key': gateway.key });
      await explorer.run();
      await expect.poll(() => explorer.readAnswer(), pageTimeout).toContain('"remaining":');
      // GraphiQL stores a while later what the open tab holds: here, that there are no variables.
      await expect.poll(() => storedBy(explorer), pageTimeout).not.toContain('graphiql:variables');
    }
    await runQuota();
    await explorer.reload();
    await expect.poll(() => explorer.readQuota(), pageTimeout).toContain('An API key is needed');
    expect(await storedBy(explorer)).not.toContain(gateway.key);

    await runQuota();
    await persistHeaders(explorer, 'On');
    await expect.poll(() => storedBy(explorer), pageTimeout).toContain(gateway.key);
    explorer.errors.length = 0;
    await explorer.reload();
    await expect.poll(() => explorer.readQuota(), pageTimeout).toContain(knownQuota);
    await explorer.page.getByRole('button', { name: 'Show Documentation Explorer' }).click();
    await explorer.page.getByRole('link', { name: 'Mutation', exact: true }).waitFor();
    // Nothing was asked without the key, and refused.
    expect(explorer.errors).toEqual([]);

    await explorer.run();
    await expect.poll(() => explorer.readAnswer(), pageTimeout).toContain('"remaining":');
    await persistHeaders(explorer, 'Off');
    await expect.poll(() => storedBy(explorer), pageTimeout).not.toContain(gateway.key);
  });
});

import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeInBrowser } from './support/describe-in-browser.ts';
import { openExplorer, pageTimeout, type ExplorerPage } from './support/explorer-page.ts';
import { startPrefixProxy } from './support/prefix-proxy.ts';
import { startGateway, type TestGateway } from './support/start-gateway.ts';

const folder = new URL('../schema/operations/', import.meta.url);
const operations = readdirSync(folder).map((file) => {
  const text = readFileSync(new URL(file, folder), 'utf8');
  const name = /^(?:query|mutation|subscription) (\w+)/m.exec(text)?.[1];
  return { name: name ?? file, text };
});

describeInBrowser('the explorer in a browser', () => {
  let gateway: TestGateway;
  let explorer: ExplorerPage;
  beforeAll(async () => {
    gateway = await startGateway();
    explorer = await openExplorer(gateway.endpoint);
  });
  afterAll(async () => {
    await explorer[Symbol.asyncDispose]();
    await gateway.close();
  });

  test('shows UploadPhoto and its variables first, also after a reload', async () => {
    const { page } = explorer;
    for (const reload of [false, true]) {
      if (reload) await page.reload();
      for (const [editor, text] of [
        ['Operation Editor', 'Restores'],
        ['Variables', '"repairType"'],
      ] as const) {
        const code = page.getByRole('region', { name: editor }).locator('.view-lines:visible');
        await expect.poll(() => code.textContent(), pageTimeout).toContain(text);
      }
    }
  });

  test('has a tab for each operation, with a comment of at most three lines', async () => {
    expect(operations.length).toBeGreaterThan(0);
    expect(await explorer.page.getByRole('tab').allTextContents()).toHaveLength(operations.length);
    for (const { name, text } of operations) {
      expect(text).toMatch(/^# \w.*\n(?:# \S.*\n){0,2}(?!#)/);
      await explorer.openTab(name);
    }
  });

  test('sends the headers of the editor', async () => {
    await explorer.openTab('Quota');
    await explorer.writeHeaders({ 'X-Request-Id': 'tried-by-hand' });
    const answered = explorer.page.waitForResponse((response) =>
      /query Quota/.test(response.request().postData() ?? ''),
    );
    await explorer.run();
    expect((await answered).headers()['x-request-id']).toBe('tried-by-hand');
    await expect.poll(() => explorer.readAnswer(), pageTimeout).toContain('"remaining":');
  });

  test('knows the schema: a wrong field is underlined, and the docs describe the right ones', async () => {
    const { page } = explorer;
    await page.locator('.squiggly-error').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'New tab' }).click();
    await explorer.write('Operation Editor', '{ quota { left } }');
    await page.locator('.squiggly-error').waitFor();
    await page.getByRole('button', { name: 'Show Documentation Explorer' }).click();
    await page.getByRole('link', { name: 'Mutation', exact: true }).click();
    await page.getByText('costs something.').waitFor();
    expect(explorer.errors).toEqual([]);
  });

  test('has caused no error, no violation of its policy and no request to another origin', async () => {
    expect(await explorer.page.title()).toContain('photo-gateway');
    expect(explorer.errors).toEqual([]);
    expect([...explorer.origins]).toEqual([gateway.url]);
  });

  test.each(['Quota', 'PhotoReady'])('says what to do if %s reaches no gateway', async (name) => {
    await explorer.openTab(name);
    await explorer.page.context().setOffline(true);
    await explorer.run();
    await expect.poll(() => explorer.readAnswer(), pageTimeout).toContain('Isthegatewayrunning?');
    await explorer.page.context().setOffline(false);
  });

  test('works below a path prefix of a proxy', async () => {
    await using proxy = await startPrefixProxy(gateway.url, '/photos');
    await using proxied = await openExplorer(`${proxy.url}/photos/graphql`);
    await proxied.openTab('Quota');
    await proxied.run();
    await expect.poll(() => proxied.readAnswer(), pageTimeout).toContain('"remaining":');
    const studio = await proxied.page.getByRole('link', { name: 'Studio' }).getAttribute('href');
    expect(new URL(studio ?? '', proxied.page.url()).href).toBe(`${proxy.url}/photos/`);
    expect(proxied.errors).toEqual([]);
  });
});

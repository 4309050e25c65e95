import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { describeInBrowser } from './support/describe-in-browser.ts';
import { openExplorer, pageTimeout } from './support/explorer-page.ts';
import { startPrefixProxy } from './support/prefix-proxy.ts';
import { startGateway } from './support/start-gateway.ts';

const folder = new URL('../schema/operations/', import.meta.url);
const operations = readdirSync(folder).map((file) => {
  const text = readFileSync(new URL(file, folder), 'utf8');
  const name = /^(?:query|mutation|subscription) (\w+)/m.exec(text)?.[1];
  return { name: name ?? file, text };
});

describeInBrowser('the explorer in a browser', () => {
  test('opens without an error, a violation of its policy or a request to another origin', async () => {
    await using gateway = await startGateway();
    await using explorer = await openExplorer(gateway.endpoint);
    await explorer.openTab('Quota');
    await explorer.run();
    await expect.poll(() => explorer.readAnswer(), pageTimeout).toContain('"remaining":');
    expect(await explorer.page.title()).toContain('photo-gateway');
    expect(explorer.errors).toEqual([]);
    expect([...explorer.origins]).toEqual([gateway.url]);
  });

  test('shows UploadPhoto and its variables first, also after a reload', async () => {
    await using gateway = await startGateway();
    await using explorer = await openExplorer(gateway.endpoint);
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

  test('has a tab for each operation, with the comment that explains it', async () => {
    await using gateway = await startGateway();
    await using explorer = await openExplorer(gateway.endpoint);
    expect(operations.length).toBeGreaterThan(0);
    expect(await explorer.page.getByRole('tab').allTextContents()).toHaveLength(operations.length);
    for (const { name, text } of operations) {
      expect(text).toMatch(/^(?:# \w.*\n|# \S.*\n){1,3}(?!#)/);
      await explorer.openTab(name);
    }
  });

  test('knows the schema: a wrong field is underlined, and the docs describe the right ones', async () => {
    await using gateway = await startGateway();
    await using explorer = await openExplorer(gateway.endpoint);
    const { page } = explorer;
    await explorer.openTab('Quota');
    await page.locator('.squiggly-error').waitFor({ state: 'detached' });
    await explorer.write('Operation Editor', '{ quota { left } }');
    await page.locator('.squiggly-error').waitFor();
    await page.getByRole('button', { name: 'Show Documentation Explorer' }).click();
    await page.getByRole('link', { name: 'Mutation', exact: true }).click();
    await page.getByText('costs something.').waitFor();
    expect(explorer.errors).toEqual([]);
  });

  test('sends the headers of the editor', async () => {
    await using gateway = await startGateway();
    await using explorer = await openExplorer(gateway.endpoint);
    await explorer.openTab('Quota');
    await explorer.writeHeaders({ 'X-Request-Id': 'tried-by-hand' });
    const answered = explorer.page.waitForResponse((response) =>
      /query Quota/.test(response.request().postData() ?? ''),
    );
    await explorer.run();
    expect((await answered).headers()['x-request-id']).toBe('tried-by-hand');
  });

  test.each(['Quota', 'PhotoReady'])('says what to do if %s reaches no gateway', async (name) => {
    await using gateway = await startGateway();
    await using explorer = await openExplorer(gateway.endpoint);
    await explorer.openTab(name);
    await explorer.page.context().setOffline(true);
    await explorer.run();
    await expect.poll(() => explorer.readAnswer(), pageTimeout).toContain('Isthegatewayrunning?');
  });

  test('works below a path prefix of a proxy', async () => {
    await using gateway = await startGateway();
    await using proxy = await startPrefixProxy(gateway.url, '/photos');
    await using explorer = await openExplorer(`${proxy.url}/photos/graphql`);
    await explorer.openTab('Quota');
    await explorer.run();
    await expect.poll(() => explorer.readAnswer(), pageTimeout).toContain('"remaining":');
    expect(explorer.errors).toEqual([]);
  });
});

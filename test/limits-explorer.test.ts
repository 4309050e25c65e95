import { expect, test } from 'vitest';
import { describeInBrowser } from './support/describe-in-browser.ts';
import { openExplorer, pageTimeout } from './support/explorer-page.ts';
import { startGateway } from './support/start-gateway.ts';

/** The errors of the page, except those for refused requests. */
function complaints(errors: readonly string[]): readonly string[] {
  return errors.filter((error) => !error.includes('status of 400'));
}

describeInBrowser('the explorer', () => {
  test('runs its own operations if only trusted documents may run, and knows the schema', async () => {
    await using gateway = await startGateway({
      TRUSTED_DOCUMENTS: 'only',
      TRUSTED_DOCUMENTS_FILE: 'schema/typed/persisted-documents.json',
    });
    await using explorer = await openExplorer(gateway.endpoint);
    await expect.poll(() => explorer.readQuota(), pageTimeout).toContain('100 uploads left');
    for (const name of ['Quota', 'Photos']) {
      await explorer.openTab(name);
      await explorer.run();
      await expect.poll(() => explorer.readAnswer(), pageTimeout).toContain('"data":');
    }
    await explorer.page.getByRole('button', { name: 'Show Documentation Explorer' }).click();
    await explorer.page.getByRole('link', { name: 'Mutation', exact: true }).waitFor();
    await explorer.openTab('Quota');
    await explorer.write('Operation Editor', '{ quota { remaining } }');
    await explorer.run();
    await expect.poll(() => explorer.readAnswer(), pageTimeout).toContain('TRUSTED_DOCUMENTS_FILE');
    expect(complaints(explorer.errors)).toEqual([]);
  });

  test('knows the schema it was built with if the gateway tells none, with INTROSPECTION=off', async () => {
    await using gateway = await startGateway({ INTROSPECTION: 'off' });
    await using explorer = await openExplorer(gateway.endpoint);
    await expect.poll(() => explorer.readQuota(), pageTimeout).toContain('100 uploads left');
    await explorer.openTab('Quota');
    await explorer.run();
    await expect.poll(() => explorer.readAnswer(), pageTimeout).toContain('"remaining":');
    await explorer.write('Operation Editor', '# aardvark\n{ quota { ');
    const suggestions = explorer.page.getByRole('listbox', { name: 'Suggest' });
    async function suggest() {
      await explorer.page.keyboard.press('Control+Space');
      return suggestions.getByText('remaining').isVisible();
    }
    // On a busy machine the first may come before the page has read what was written.
    await expect.poll(suggest, { ...pageTimeout, interval: 1000 }).toBe(true);
    expect(await suggestions.getByText('aardvark').count()).toBe(0);
    expect(complaints(explorer.errors)).toEqual([]);
  });
});

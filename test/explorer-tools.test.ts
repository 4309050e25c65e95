import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { encodeOperation } from '../packages/explorer/shared-operation.ts';
import { describeInBrowser } from './support/describe-in-browser.ts';
import { openExplorer, pageTimeout } from './support/explorer-page.ts';
import { startGateway } from './support/start-gateway.ts';

const photoPath = fileURLToPath(new URL('fixtures/landscape-small.jpg', import.meta.url));
const link = encodeOperation({
  query: 'query Shared($id: ID!) { photoStatus(id: $id) { status } }',
  variables: '{"id":"from-a-link"}',
  name: 'Shared',
});

describeInBrowser('in the explorer', () => {
  test('a shared operation opens in a new tab, is not run, and can be copied without the key', async () => {
    await using gateway = await startGateway();
    await using explorer = await openExplorer(`${gateway.endpoint}${link}`);
    const { page } = explorer;
    const clipboard = () => page.evaluate(() => navigator.clipboard.readText());
    const copyAs = page.getByRole('group', { name: 'Copy this operation' });
    await page.getByText('Opened from a link, and not run').waitFor();
    await page.getByRole('tab', { name: 'Shared', selected: true }).waitFor();
    await page.getByRole('region', { name: 'Variables' }).getByText('from-a-link').waitFor();
    expect(page.url()).toBe(gateway.endpoint);
    expect(await explorer.readAnswer()).toBe('');

    await explorer.writeHeaders({ 'X-Secret-Thing': 'swordfish' });
    await copyAs.getByRole('button', { name: 'Link' }).click();
    await page.getByText('without the headers').waitFor();
    expect(await clipboard()).toBe(`${gateway.endpoint}${link}`);
    await copyAs.getByRole('button', { name: 'curl' }).click();
    await page.getByText('with a placeholder').waitFor();
    expect(await clipboard()).toContain('x-secret-thing: YOUR_X_SECRET_THING');
    await copyAs.getByRole('checkbox', { name: 'with my key' }).check();
    await copyAs.getByRole('button', { name: 'fetch' }).click();
    await page.getByText('keep it to yourself').waitFor();
    expect(await clipboard()).toContain('"x-secret-thing": "swordfish"');

    await page.evaluate(() => (window.location.hash = '#query=%7Bbroken'));
    await page.getByText('The link was ignored: it holds no operation.').waitFor();
    expect(page.url()).toBe(gateway.endpoint);

    await explorer.run();
    await page.getByText(/^200 OK · \d+ ms · \d+ B$/).waitFor();
    expect(explorer.errors).toEqual([]);
  });

  test('tabs are operated by keyboard, by the mouse, and closed; each keeps the log of its events', async () => {
    await using gateway = await startGateway();
    await using explorer = await openExplorer(gateway.endpoint);
    const { page } = explorer;
    const titles = () => page.getByRole('tab').allTextContents();
    await explorer.fileInput.setInputFiles(photoPath);
    await explorer.run();
    await explorer.follow('Wait for this photo in PhotoReady');
    await page.getByText('Event log (3)').click();
    const log = page.getByRole('list', { name: 'Event log' }).getByRole('listitem');
    await expect
      .poll(() => log.allTextContents(), pageTimeout)
      .toEqual([
        expect.stringMatching(/^\d\d:\d\d:\d\d\.\d{3} \+\d+ ms Connected $/),
        expect.stringMatching(/^\d\d:\d\d:\d\d\.\d{3} \+\d+ ms Event \d+ B$/),
        expect.stringMatching(/^\d\d:\d\d:\d\d\.\d{3} \+\d+ ms Completed $/),
      ]);

    const before = await titles();
    await page.getByRole('tab', { name: 'PhotoReady' }).press('ArrowRight');
    await page.keyboard.press('Enter');
    await page.getByRole('tab', { name: 'DownloadUrl', selected: true }).waitFor();
    expect(await page.getByText('Event log').count()).toBe(0);
    await page.keyboard.press('Delete');
    await page.getByRole('tab', { name: 'PhotoReady', selected: true }).waitFor();
    await page.getByRole('button', { name: 'Close PhotoReady' }).click();
    await expect
      .poll(titles, pageTimeout)
      .toEqual(before.filter((title) => title !== 'DownloadUrl' && title !== 'PhotoReady'));
    await page.getByRole('tab', { name: 'Quota' }).dragTo(page.getByRole('tab').first());
    await expect.poll(async () => (await titles())[0], pageTimeout).toBe('Quota');
    await page.getByRole('button', { name: 'New tab' }).click();
    await page.getByRole('tab', { name: '<untitled>', selected: true }).waitFor();
    expect(explorer.errors).toEqual([]);

    await page.getByRole('link', { name: 'Studio' }).click();
    await page.waitForURL(`${gateway.url}/`);
    await page.getByRole('link', { name: 'API explorer' }).click();
    await page.waitForURL(gateway.endpoint);
  });
});

import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { describeInBrowser } from './support/describe-in-browser.ts';
import { openExplorer, pageTimeout } from './support/explorer-page.ts';
import { startGateway } from './support/start-gateway.ts';

const photoPath = fileURLToPath(new URL('fixtures/landscape-small.jpg', import.meta.url));

describeInBrowser('the uploads left, in the explorer', () => {
  test('are shown when it opens, and one less after an upload', async () => {
    await using gateway = await startGateway({}, { uploads: 98 });
    await using explorer = await openExplorer(gateway.endpoint);
    await expect.poll(() => explorer.readQuota(), pageTimeout).toContain('98 uploads left');
    await expect.poll(() => explorer.readQuota(), pageTimeout).toContain('In the account demo');
    await explorer.page.getByText('Costs 1 upload, charged only if it succeeds').waitFor();
    await explorer.fileInput.setInputFiles(photoPath);
    await explorer.run();
    await expect.poll(() => explorer.readQuota(), pageTimeout).toContain('97 uploads left');
  });

  test('are shown when one is left and when none is, which blocks the next upload', async () => {
    await using gateway = await startGateway({}, { uploads: 1 });
    await using explorer = await openExplorer(gateway.endpoint);
    await expect.poll(() => explorer.readQuota(), pageTimeout).toContain('1 upload left');
    await explorer.fileInput.setInputFiles(photoPath);
    await explorer.run();
    await expect.poll(() => explorer.readQuota(), pageTimeout).toContain('No uploads left');
    await explorer.page.getByText('Costs 1 upload, and none is left').waitFor();
  });

  test('are refreshed on demand, and when Quota is run', async () => {
    await using gateway = await startGateway({}, { uploads: 5 });
    await using explorer = await openExplorer(gateway.endpoint);
    await expect.poll(() => explorer.readQuota(), pageTimeout).toContain('5 uploads left');
    for (const [left, ask] of [
      [4, () => explorer.quota.getByRole('button', { name: /^Ask again/ }).click()],
      [3, () => explorer.run()],
    ] as const) {
      // Used elsewhere, by a page of the same account.
      await using other = await openExplorer(gateway.endpoint);
      await other.fileInput.setInputFiles(photoPath);
      await other.run();
      await expect.poll(() => other.readQuota(), pageTimeout).toContain(`${left} uploads left`);
      await explorer.openTab('Quota');
      await ask();
      await expect.poll(() => explorer.readQuota(), pageTimeout).toContain(`${left} uploads left`);
    }
  });

  test('move nothing on the page while they are loading or unknown', async () => {
    await using gateway = await startGateway();
    await using explorer = await openExplorer(gateway.endpoint, {
      viewport: { width: 800, height: 850 },
    });
    const { page, quota } = explorer;
    await expect.poll(() => explorer.readQuota(), pageTimeout).toContain('100 uploads left');
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    const message = 'A long message that would fill many lines if the page showed all of it. ';
    await page.route(gateway.endpoint, async (route) => {
      await released;
      await route.fulfill({ json: { errors: [{ message: message.repeat(3) }] } });
    });
    const field = page.getByText('Choose a photo');
    const place = await field.boundingBox();
    await quota.getByRole('button', { name: /^Ask again/ }).click();
    await page.locator('[aria-busy=true]').waitFor();
    expect(await explorer.readQuota()).toContain('100 uploads left');
    expect(await field.boundingBox()).toEqual(place);
    release();
    await expect.poll(() => explorer.readQuota(), pageTimeout).toContain('not known');
    expect(await field.boundingBox()).toEqual(place);
  });

  test('are unknown while the provider or the gateway is down, and the page says which', async () => {
    await using gateway = await startGateway();
    await using explorer = await openExplorer(gateway.endpoint);
    await expect.poll(() => explorer.readQuota(), pageTimeout).toContain('100 uploads left');
    await gateway.simulator.close();
    await explorer.fileInput.setInputFiles(photoPath);
    await explorer.run();
    await expect
      .poll(() => explorer.readQuota(), pageTimeout)
      .toContain('The provider cannot be reached');
    await gateway.closeGateway();
    await explorer.quota.getByRole('button', { name: /^Ask again/ }).click();
    await expect
      .poll(() => explorer.readQuota(), pageTimeout)
      .toContain('The gateway does not answer');
  });
});

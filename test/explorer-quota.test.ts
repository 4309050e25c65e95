import { openAsBlob } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { describeInBrowser } from './support/describe-in-browser.ts';
import { openExplorer, pageTimeout, type ExplorerPage } from './support/explorer-page.ts';
import { startGateway } from './support/start-gateway.ts';

const photoPath = fileURLToPath(new URL('fixtures/landscape-small.jpg', import.meta.url));

describeInBrowser('the uploads left, in the explorer', () => {
  test('are shown, refreshed on demand and by Quota, and one less after each upload', async () => {
    await using gateway = await startGateway({}, { uploads: 4 });
    await using explorer = await openExplorer(gateway.endpoint);
    await expectQuota(explorer, '4 uploads left');
    await expectQuota(explorer, 'In the account demo');
    await explorer.page.getByText('Costs 1 upload, charged only if it succeeds').waitFor();

    await uploadElsewhere(gateway.endpoint);
    await explorer.quota.getByRole('button', { name: /^Ask again/ }).click();
    await expectQuota(explorer, '3 uploads left');

    await uploadElsewhere(gateway.endpoint);
    await explorer.openTab('Quota');
    await explorer.run();
    await expectQuota(explorer, '2 uploads left');

    await explorer.openTab('UploadPhoto');
    await explorer.fileInput.setInputFiles(photoPath);
    await explorer.run();
    await expectQuota(explorer, '1 upload left');
    await explorer.run();
    // None blocks the next upload.
    await expectQuota(explorer, 'No uploads left');
    await explorer.page.getByText('Costs 1 upload, and none is left').waitFor();
    expect(explorer.errors).toEqual([]);
  });

  test('move nothing on the page while they are loading or unknown, and say who is down', async () => {
    await using gateway = await startGateway();
    await using explorer = await openExplorer(gateway.endpoint, {
      viewport: { width: 800, height: 850 },
    });
    const { page, quota } = explorer;
    await expectQuota(explorer, '100 uploads left');
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
    await expectQuota(explorer, 'not known');
    expect(await field.boundingBox()).toEqual(place);
    await page.unrouteAll();

    await gateway.simulator.close();
    await explorer.fileInput.setInputFiles(photoPath);
    await explorer.run();
    await expectQuota(explorer, 'The provider cannot be reached');
    await gateway.closeGateway();
    await quota.getByRole('button', { name: /^Ask again/ }).click();
    await expectQuota(explorer, 'The gateway does not answer');
  });
});

async function expectQuota(explorer: ExplorerPage, text: string) {
  await expect.poll(() => explorer.readQuota(), pageTimeout).toContain(text);
}

/** An upload of the same account, by somebody else. */
async function uploadElsewhere(endpoint: string) {
  const query = 'mutation ($file: Upload!) { uploadPhoto(file: $file, repairType: REPAIR) { id } }';
  const form = new FormData();
  form.append('operations', JSON.stringify({ query, variables: { file: null } }));
  form.append('map', '{"0":["variables.file"]}');
  form.append('0', await openAsBlob(photoPath), 'elsewhere.jpg');
  const headers = { 'GraphQL-Preflight': '1' };
  const response = await fetch(endpoint, { method: 'POST', headers, body: form });
  expect(await response.text()).toContain('"id":');
}

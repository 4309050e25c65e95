import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeInBrowser } from './support/describe-in-browser.ts';
import { openExplorer, pageTimeout, type ExplorerPage } from './support/explorer-page.ts';
import { startGateway, type TestGateway } from './support/start-gateway.ts';

const photoPath = fileURLToPath(new URL('fixtures/landscape-small.jpg', import.meta.url));
const folder = new URL('../schema/operations/', import.meta.url);

/** What ends the photo that the others ask for, and then what makes another one the latest. */
const LAST = ['DeletePhoto', 'UploadPhoto'];

/** The operations of the tabs, each with whether it needs photos that another one has uploaded. */
const operations = readdirSync(folder)
  .map((file) => {
    const text = readFileSync(new URL(file, folder), 'utf8');
    const name = /^(?:query|mutation|subscription) (\w+)/m.exec(text)?.[1] ?? file;
    return { name, asks: /\$ids?: /.test(text) };
  })
  .toSorted((left, right) => LAST.indexOf(left.name) - LAST.indexOf(right.name));

describeInBrowser('the example tabs, each run as opened', () => {
  let gateway: TestGateway;
  let explorer: ExplorerPage;
  let id: string;
  beforeAll(async () => {
    gateway = await startGateway();
    explorer = await openExplorer(gateway.endpoint);
    await explorer.fileInput.setInputFiles(photoPath);
    await explorer.run();
    await explorer.follow('Wait for this photo in PhotoReady');
    await explorer.page.getByRole('link', { name: 'Open the restored picture' }).waitFor();
    id = /"id":"([\w-]+)"/.exec(await explorer.readAnswer())?.[1] ?? '';
  });
  afterAll(async () => {
    await explorer[Symbol.asyncDispose]();
    await gateway.close();
  });

  test.each(operations)('$name answers', async ({ name, asks }) => {
    await explorer.openTab(name);
    const variables = explorer.page.getByRole('region', { name: 'Variables' });
    if (name === 'DeletePhoto') {
      // One press of play would delete the newest photo.
      await variables.getByText('"id": ""').waitFor();
      await explorer.write('Variables', JSON.stringify({ id }));
    }
    // Filled in with the photos that the page knows.
    if (asks) await variables.getByText(id).waitFor();
    await explorer.run();
    await expect.poll(() => explorer.readAnswer(), pageTimeout).toMatch(/^\{"data":\{"\w+":\{/);
    expect(await explorer.readAnswer()).not.toContain('"errors"');
    expect(explorer.errors).toEqual([]);
  });
});

import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { makeKeysFile, startGuardedGateway } from './support/access-gateway.ts';
import { findingsOn } from './support/axe.ts';
import { describeInBrowser } from './support/describe-in-browser.ts';
import { openExplorer, pageTimeout } from './support/explorer-page.ts';
import { startGateway } from './support/start-gateway.ts';

const photoPath = fileURLToPath(new URL('fixtures/landscape-small.jpg', import.meta.url));

describeInBrowser('axe-core in the explorer', () => {
  test.each([
    { colorScheme: 'light', width: 1360 },
    { colorScheme: 'dark', width: 1360 },
    { colorScheme: 'light', width: 390 },
  ] as const)(
    'finds nothing on the way from upload to picture ($colorScheme, $width wide)',
    async ({ colorScheme, width }) => {
      await using gateway = await startGateway();
      await using explorer = await openExplorer(gateway.endpoint, {
        colorScheme,
        viewport: { width, height: 850 },
      });
      const { page } = explorer;
      await explorer.fileInput.setInputFiles(photoPath);
      await explorer.run();
      await page.getByRole('button', { name: /^Wait for this photo/ }).waitFor();
      expect(await findingsOn(page)).toEqual([]);
      await explorer.follow('Wait for this photo in PhotoReady');
      await page.getByText('After 160 × 120').waitFor();
      await page.getByText('Event log (3)').click();
      expect(await findingsOn(page)).toEqual([]);
      // Below the pictures, also where the panes are stacked.
      expect((await explorer.answer.boundingBox())?.height).toBeGreaterThan(width < 720 ? 250 : 50);

      await explorer.openTab('Photos');
      await explorer.run();
      const rows = page.getByRole('list', { name: 'Photos in this answer' });
      await rows.getByRole('img', { name: 'Restored: landscape-small.jpg' }).waitFor();
      await page.getByText('What the variables mean').click();
      await page.getByRole('button', { name: 'Show Documentation Explorer' }).click();
      await page.getByRole('link', { name: 'Mutation', exact: true }).click();
      await page.getByRole('link', { name: 'uploadPhoto', exact: true }).waitFor();
      expect(await findingsOn(page)).toEqual([]);
    },
  );

  test.each(['light', 'dark'] as const)(
    'finds nothing if a key is needed, or no upload is left (%s)',
    async (colorScheme) => {
      await using keys = await makeKeysFile();
      const key = await keys.add('anna', { 'uploads-per-day': '0' });
      await using gateway = await startGuardedGateway({ API_KEYS_FILE: keys.path });
      await using explorer = await openExplorer(gateway.endpoint, { colorScheme });
      await expect.poll(() => explorer.readQuota(), pageTimeout).toContain('An API key is needed');
      expect(await findingsOn(explorer.page)).toEqual([]);
      await explorer.writeHeaders({ 'X-API-Key': key });
      await explorer.page.getByText('Costs 1 upload, and none is left').waitFor();
      expect(await findingsOn(explorer.page)).toEqual([]);
    },
  );
});

import { expect, test } from 'vitest';
import { makeKeysFile, startGuardedGateway } from './support/access-gateway.ts';
import { describeInBrowser } from './support/describe-in-browser.ts';
import { startGateway } from './support/start-gateway.ts';
import { openStudio, pageTimeout, photoFile } from './support/studio-page.ts';

const text = (name: string, type: string) => ({ name, type, bytes: Buffer.from('no picture') });

describeInBrowser('failures in the studio', () => {
  test('a file with another type than a picture is not sent, and is marked', async () => {
    await using gateway = await startGateway();
    await using studio = await openStudio(gateway.url);
    await studio.drop(text('letter.txt', 'text/plain'), await photoFile('landscape-small.jpg'));
    const refused = studio.tray.getByRole('listitem').filter({ hasText: 'letter.txt' });
    await refused.getByText('Not a picture').waitFor();
    await studio.page.getByRole('button', { name: 'Repair 1 photo' }).waitFor();
    await studio.restore();
    await studio.card('landscape-small.jpg').getByRole('slider').waitFor();
    expect(gateway.simulator.uploadsLeft).toBe(99);
    await refused.getByRole('button', { name: 'Remove: letter.txt' }).click();
    await refused.waitFor({ state: 'detached' });
  });

  test('a damaged picture is refused by the gateway without a charge, and the others go on', async () => {
    await using gateway = await startGateway();
    await using studio = await openStudio(gateway.url);
    await studio.drop(await photoFile('truncated.jpg'), await photoFile('landscape-small.jpg'));
    await studio.restore();
    const card = studio.card('truncated.jpg');
    await card.getByText('Nothing was charged.').waitFor();
    await studio.card('landscape-small.jpg').getByRole('slider').waitFor();
    await card.getByRole('button', { name: 'Remove: truncated.jpg' }).click();
    await card.waitFor({ state: 'detached' });
    await expect.poll(() => studio.quota.textContent(), pageTimeout).toContain('99 uploads left');
  });

  test('with too few uploads left nothing is sent, and the page says how many photos to remove', async () => {
    await using gateway = await startGateway({}, { uploads: 1 });
    await using studio = await openStudio(gateway.url);
    await studio.drop(
      await photoFile('landscape-small.jpg', 'one.jpg'),
      await photoFile('landscape-small.jpg', 'two.jpg'),
    );
    await studio.page.getByText('You have 1 upload left. Remove 1 photo to go on.').waitFor();
    expect(await studio.restoreButton.getAttribute('aria-disabled')).toBe('true');
    await studio.restoreButton.click({ force: true });
    expect(await studio.page.getByRole('article').count()).toBe(0);
    await studio.page.getByRole('button', { name: 'Remove: two.jpg' }).click();
    await studio.restore();
    await studio.card('one.jpg').getByRole('slider').waitFor();
    await expect.poll(() => studio.quota.textContent(), pageTimeout).toContain('No uploads left');
  });

  test('a photo that finds no upload left is marked, without a charge', async () => {
    await using gateway = await startGateway({}, { uploads: 1 });
    await using studio = await openStudio(gateway.url);
    await using other = await openStudio(gateway.url);
    for (const one of [studio, other])
      await one.drop(await photoFile('landscape-small.jpg', 'one.jpg'));
    await other.restore();
    await other.card('one.jpg').getByRole('slider').waitFor();
    await studio.restore();
    await studio.card('one.jpg').getByText('Nothing was charged.').waitFor();
    await expect.poll(() => studio.quota.textContent(), pageTimeout).toContain('No uploads left');
  });

  test('a retry sends the same key, and is not paid again', async () => {
    await using gateway = await startGateway();
    await using studio = await openStudio(gateway.url);
    const keys: string[] = [];
    let failures = 1;
    await studio.page.route('**/graphql', async (route) => {
      const body = route.request().postData() ?? '';
      const key = /"idempotencyKey":"(\w+)"/.exec(body)?.[1];
      if (key === undefined) return route.continue();
      keys.push(key);
      if (failures-- <= 0) return route.continue();
      // The gateway accepts it, and its answer is replaced by a proxy's error.
      await route.fetch();
      return route.fulfill({
        status: 200,
        contentType: 'application/json',
        body: JSON.stringify({
          errors: [
            {
              message: 'The provider did not answer in time.',
              extensions: { code: 'UPSTREAM_TIMEOUT', retryable: true, charged: null },
            },
          ],
        }),
      });
    });
    await studio.drop(await photoFile('landscape-small.jpg', 'lake.jpg'));
    await studio.restore();
    const card = studio.card('lake.jpg');
    await card.getByText('It may have been charged. Trying again doesn’t pay twice.').waitFor();
    await card.getByRole('button', { name: 'Try again: lake.jpg' }).click();
    await card.getByRole('slider').waitFor();
    expect(keys).toHaveLength(2);
    expect(new Set(keys).size).toBe(1);
    expect(gateway.simulator.uploadsLeft).toBe(99);
  });

  test('if an access key is required the page asks for it, reports a wrong one, and continues with the right one', async () => {
    await using keys = await makeKeysFile();
    const key = await keys.add('anna', { 'uploads-per-day': '20' });
    await using gateway = await startGuardedGateway({ API_KEYS_FILE: keys.path });
    await using studio = await openStudio(gateway.url);
    const { page } = studio;
    const field = page.getByLabel('Access key');
    await field.fill('wrong');
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByText('This key wasn’t accepted.').waitFor();
    await field.fill(key);
    await page.keyboard.press('Enter');
    await expect
      .poll(() => studio.quota.textContent(), pageTimeout)
      .toContain('20 of 20 left today');
    await studio.restorePhoto('lake.jpg');
    await page.reload();
    await studio.card('lake.jpg').getByRole('slider').waitFor();
  });
});

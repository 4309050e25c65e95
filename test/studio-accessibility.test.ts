import { expect, test } from 'vitest';
import { makeKeysFile, startGuardedGateway } from './support/access-gateway.ts';
import { findingsOn } from './support/axe.ts';
import { describeInBrowser } from './support/describe-in-browser.ts';
import type { PageOptions } from './support/page-pool.ts';
import { startGateway } from './support/start-gateway.ts';
import { openStudio, pageTimeout, photoFile, type StudioPage } from './support/studio-page.ts';

const looks: readonly (readonly [string, PageOptions])[] = [
  ['light and wide', { colorScheme: 'light' }],
  ['dark and wide', { colorScheme: 'dark' }],
  ['light on a phone', { colorScheme: 'light', viewport: { width: 360, height: 740 } }],
  ['dark on a phone', { colorScheme: 'dark', viewport: { width: 360, height: 740 } }],
];

const findings = ({ page }: StudioPage) => findingsOn(page);

/** The texts of the live region, in order. */
async function listen({ page }: StudioPage): Promise<() => Promise<readonly string[]>> {
  const region = page.getByRole('status');
  const heard = await region.evaluateHandle((element) => {
    const texts: string[] = [];
    new MutationObserver(() => texts.push(element.textContent)).observe(element, {
      childList: true,
      subtree: true,
    });
    return texts;
  });
  return () => heard.jsonValue();
}

describeInBrowser('the accessibility of the studio', () => {
  test.each(looks)('axe-core finds nothing, %s', async (_look, options) => {
    await using gateway = await startGateway({}, { processingTimeMs: Infinity });
    await using studio = await openStudio(gateway.url, options);
    const { page } = studio;
    expect(await findings(studio)).toEqual([]);
    await studio.drop(
      await photoFile('landscape-small.jpg', 'lake.jpg'),
      { name: 'letter.txt', type: 'text/plain', bytes: Buffer.from('a letter') },
      await photoFile('truncated.jpg'),
    );
    await page.getByRole('radio', { name: 'ID photo' }).check();
    await page.getByText('Another colour').or(page.getByLabel('Another colour')).first().waitFor();
    expect(await findings(studio)).toEqual([]);
    await studio.restore();
    const card = studio.card('lake.jpg');
    await card.getByText('Being restored…').waitFor();
    await studio.card('truncated.jpg').getByText('Nothing was charged.').waitFor();
    expect(await findings(studio)).toEqual([]);
    for (const { mdf } of gateway.simulator.requests) if (mdf) gateway.simulator.finish(mdf);
    await card.getByRole('slider').waitFor();
    expect(await findings(studio)).toEqual([]);
    await card.getByRole('button', { name: 'Open large: lake.jpg' }).click();
    await page.getByRole('dialog').getByRole('slider').waitFor();
    expect(await findings(studio)).toEqual([]);
  });

  test('axe-core finds nothing while an access key is required', async () => {
    await using keys = await makeKeysFile();
    await keys.add('anna');
    await using gateway = await startGuardedGateway({ API_KEYS_FILE: keys.path });
    await using studio = await openStudio(gateway.url);
    await studio.page.getByLabel('Access key').waitFor();
    expect(await findings(studio)).toEqual([]);
  });

  test('a photo can be picked, restored, compared and removed by keyboard alone', async () => {
    await using gateway = await startGateway();
    await using studio = await openStudio(gateway.url);
    const { page } = studio;
    const { keyboard } = page;

    async function tabTo(role: 'button' | 'radio' | 'slider' | 'link', name: string | RegExp) {
      const wanted = page.getByRole(role, { name });
      for (let step = 0; step < 40; step += 1) {
        if (await wanted.evaluate((element) => element.matches(':focus'))) return wanted;
        await keyboard.press('Tab');
      }
      throw new Error(`${role} ${String(name)} is not reached by Tab`);
    }

    const choosing = page.waitForEvent('filechooser');
    await page.getByLabel('Choose photos').focus();
    await keyboard.press('Enter');
    const { name, type: mimeType, bytes } = await photoFile('id-photo.jpg');
    await (await choosing).setFiles({ name, mimeType, buffer: Buffer.from(bytes) });
    await studio.tray.getByText('id-photo.jpg').waitFor();
    await tabTo('radio', 'Repair');
    await keyboard.press('ArrowDown');
    expect(await page.getByRole('radio', { name: 'Add colour' }).isChecked()).toBe(true);
    await tabTo('button', 'Add colour to 1 photo');
    await keyboard.press('Enter');
    await studio.card('id-photo.jpg').getByRole('slider').waitFor();
    const slider = await tabTo('slider', 'Compare: id-photo.jpg');
    await keyboard.press('End');
    expect(await slider.inputValue()).toBe('100');
    await tabTo('link', 'Download: id-photo.jpg');
  });

  test('events are announced to screen readers', async () => {
    await using gateway = await startGateway();
    await using studio = await openStudio(gateway.url);
    const heard = await listen(studio);
    await studio.restorePhoto('lake.jpg');
    await expect.poll(heard, pageTimeout).toContain('lake.jpg is restored.');
    expect(await heard()).toContain('1 photo added.');
    expect((await heard()).join(' ')).toContain('lake.jpg is uploaded and being restored.');
  });

  test('the page is in Chinese in a Chinese browser', async () => {
    await using gateway = await startGateway();
    await using studio = await openStudio(gateway.url, { locale: 'zh-CN' });
    const { page } = studio;
    expect(await page.evaluate(() => document.documentElement.lang)).toMatch(/^zh/);
    await page.getByRole('heading', { level: 1, name: /[\u4E00-\u9FFF]/ }).waitFor();
    await studio.drop(await photoFile('landscape-small.jpg', 'lake.jpg'));
    await page.locator('.button-send').click();
    await studio.card('lake.jpg').getByRole('slider').waitFor();
    expect(await findings(studio)).toEqual([]);
    const text = (await page.locator('#studio').textContent()) ?? '';
    expect(text.replaceAll('lake.jpg', '')).not.toMatch(/\b(?:photo|upload|restore|before|after)/i);
  });

  test.each([360, 768, 1280, 1920])('nothing overflows sideways at %i px', async (width) => {
    await using gateway = await startGateway();
    await using studio = await openStudio(gateway.url, {
      viewport: { width, height: 800 },
    });
    await studio.drop(
      await photoFile('portrait-scratched.jpg', `${'a long name '.repeat(12)}.jpg`),
    );
    await studio.restore();
    await studio.page.getByRole('slider').waitFor();
    const overflow = await studio.page.evaluate(() => {
      const { scrollWidth, clientWidth } = document.documentElement;
      return scrollWidth - clientWidth;
    });
    expect(overflow).toBe(0);
  });
});

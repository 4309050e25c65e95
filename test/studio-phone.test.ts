import { expect, test } from 'vitest';
import { describeInBrowser } from './support/describe-in-browser.ts';
import { startGateway } from './support/start-gateway.ts';
import { copyNamed, openStudio, pageTimeout, photoFile } from './support/studio-page.ts';

describeInBrowser('the studio on a phone', () => {
  test('takes photos with the camera, tells when they are done, and hands a result to other apps', async () => {
    await using gateway = await startGateway({}, { processingTimeMs: Infinity });
    await using studio = await openStudio(gateway.url, {
      viewport: { width: 390, height: 800 },
      isMobile: true,
      hasTouch: true,
    });
    const { page } = studio;
    // What the system does with these two is not the page's: it takes note of them.
    await page.evaluate(() => {
      const told: string[] = [];
      class Notifications extends EventTarget {
        static permission = 'default';
        static async requestPermission() {
          Notifications.permission = 'granted';
          return 'granted';
        }
        constructor(title: string) {
          super();
          told.push(title);
        }
      }
      Object.assign(window, { told, Notification: Notifications });
      Object.assign(navigator.serviceWorker, { getRegistration: async () => undefined });
      Object.assign(navigator, {
        canShare: () => true,
        share: async ({ files }: { readonly files: readonly File[] }) => {
          told.push(...files.map(({ name, type }) => `${name} ${type}`));
        },
      });
    });
    const told = () =>
      page.evaluate(() =>
        'told' in window && Array.isArray(window.told) ? window.told.map(String) : [],
      );

    const lake = await photoFile('landscape-small.jpg');
    const pictures = ['one.jpg', 'two.jpg'].map((name) => copyNamed(name, lake));
    const camera = page.getByLabel('Take a photo');
    for (const { name, type, bytes } of pictures) {
      await camera.setInputFiles({ name, mimeType: type, buffer: Buffer.from(bytes) });
    }
    expect(await camera.getAttribute('capture')).toBe('environment');
    await studio.restore();

    const bar = page.getByRole('region', { name: 'Photos in progress' });
    await bar.getByRole('button', { name: 'Tell me when done' }).click();
    await bar.getByRole('button', { name: 'Tell me when done', pressed: true }).waitFor();
    await expect
      .poll(() => gateway.simulator.requests.filter(({ endpoint }) => endpoint === 'upload').length)
      .toBe(2);
    await page.evaluate(() => {
      Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true });
    });
    for (const { mdf } of gateway.simulator.requests) if (mdf) gateway.simulator.finish(mdf);
    await expect.poll(told, pageTimeout).toHaveLength(1);

    const card = studio.card('one.jpg');
    await card.getByRole('button', { name: 'More: one.jpg' }).click();
    await card.getByRole('button', { name: 'Share…' }).click();
    await expect.poll(told, pageTimeout).toContain('one-restored.jpg image/jpeg');
  });
});

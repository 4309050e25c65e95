import type { Locator } from 'playwright-core';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { describeInBrowser } from './support/describe-in-browser.ts';
import { startCutProxy } from './support/cut-proxy.ts';
import { limitUploads } from './support/page-pool.ts';
import { answers, startScriptedProvider } from './support/scripted-provider.ts';
import { startGateway, startGatewayOf } from './support/start-gateway.ts';
import {
  copyNamed,
  openStudio,
  pageTimeout,
  type StudioFile,
  type StudioPage,
} from './support/studio-page.ts';

const NOTHING = 'Cancelled, nothing charged.';
const MAYBE = 'Cancelled, but it may have been charged. The same repair isn’t paid twice.';

/** 270 kB that cannot be compressed. */
const noise = await sharp({
  create: {
    width: 300,
    height: 300,
    channels: 3,
    background: 'grey',
    noise: { type: 'gaussian', mean: 128, sigma: 60 },
  },
})
  .png()
  .toBuffer();
const photoNamed = (name: string): StudioFile =>
  copyNamed(name, { name: 'noise.png', type: 'image/png', bytes: noise });

const cancelOf = (card: Locator) => card.getByRole('button', { name: /^Cancel/ });
const inTray = (studio: StudioPage, name: string) =>
  studio.tray.getByRole('listitem').filter({ hasText: name });

/** Resolves when a photo has been sent partly. */
async function halfWay(card: Locator) {
  const bar = card.getByRole('progressbar');
  await expect
    .poll(
      () => bar.evaluate((element) => 'position' in element && Number(element.position)),
      pageTimeout,
    )
    .toBeGreaterThan(0);
}

describeInBrowser('cancelling in the studio', () => {
  test('an upload that is cancelled half-way ends, is not charged, and says so', async () => {
    await using gateway = await startGateway();
    await using studio = await openStudio(gateway.url);
    await limitUploads(studio.page, 40_000);
    await studio.drop(photoNamed('slow.png'));
    await studio.restore();
    await halfWay(studio.card('slow.png'));
    const ended = studio.page.waitForEvent('requestfailed');
    await cancelOf(studio.card('slow.png')).click();
    await inTray(studio, 'slow.png').getByText(NOTHING).waitFor();
    expect((await ended).failure()?.errorText).toBe('net::ERR_ABORTED');

    await limitUploads(studio.page, null);
    await studio.page.getByRole('button', { name: 'Remove: slow.png' }).click();
    await studio.restorePhoto('lake.jpg');
    await expect.poll(() => studio.quota.textContent(), pageTimeout).toContain('99 uploads left');
    expect(gateway.simulator.uploadsLeft).toBe(99);
  });

  test('it can be sent again, for one upload', async () => {
    await using gateway = await startGateway();
    await using studio = await openStudio(gateway.url);
    await limitUploads(studio.page, 40_000);
    await studio.drop(photoNamed('slow.png'));
    await studio.restore();
    await halfWay(studio.card('slow.png'));
    await cancelOf(studio.card('slow.png')).click();
    await inTray(studio, 'slow.png').getByText(NOTHING).waitFor();
    await limitUploads(studio.page, null);
    await studio.restore();
    await studio.card('slow.png').getByRole('slider').waitFor();
    expect(gateway.simulator.uploadsLeft).toBe(99);
  });

  test('it is not sent after all when the page is opened again', async () => {
    await using gateway = await startGateway();
    await using studio = await openStudio(gateway.url);
    await limitUploads(studio.page, 40_000);
    await studio.drop(photoNamed('slow.png'));
    await studio.restore();
    await halfWay(studio.card('slow.png'));
    await cancelOf(studio.card('slow.png')).click();
    await inTray(studio, 'slow.png').getByText(NOTHING).waitFor();
    await limitUploads(studio.page, null);
    await studio.page.reload();
    await inTray(studio, 'slow.png').waitFor();
    await studio.page.getByRole('button', { name: 'Remove: slow.png' }).click();
    await studio.restorePhoto('lake.jpg');
    expect(await studio.page.getByRole('article').count()).toBe(1);
    expect(gateway.simulator.uploadsLeft).toBe(99);
  });

  test('cancelled uploads cost nothing, also those that were waiting', async () => {
    await using gateway = await startGateway();
    await using studio = await openStudio(gateway.url);
    await limitUploads(studio.page, 40_000);
    const names = ['1.png', '2.png', '3.png', '4.png', '5.png'];
    await studio.drop(...names.map(photoNamed));
    await studio.restore();
    await halfWay(studio.card('1.png'));
    for (const name of names.toReversed()) {
      await cancelOf(studio.card(name)).click();
      await inTray(studio, name).getByText(NOTHING).waitFor();
    }
    await limitUploads(studio.page, null);
    for (const name of names) {
      await studio.page.getByRole('button', { name: `Remove: ${name}` }).click();
    }
    await studio.restorePhoto('lake.jpg');
    await expect.poll(() => studio.quota.textContent(), pageTimeout).toContain('99 uploads left');
    expect(gateway.simulator.uploadsLeft).toBe(99);
  });

  test('an upload that is cancelled before its first byte is never sent', async () => {
    await using gateway = await startGateway();
    await using studio = await openStudio(gateway.url);
    await studio.drop(photoNamed('quick.png'));
    // The file is checked first; until then the button does nothing.
    await studio.restoreButton.click({ trial: true });
    await studio.restoreButton.evaluate(async (button) => {
      const page = button.ownerDocument;
      const cancel = () => page.querySelector<HTMLElement>('article .card-corner');
      const shown = new Promise<void>((resolve) => {
        const observer = new MutationObserver(() => {
          if (cancel() === null) return;
          observer.disconnect();
          resolve();
        });
        observer.observe(page.body, { childList: true, subtree: true });
      });
      if (button instanceof HTMLElement) button.click();
      await shown;
      cancel()?.click();
    });
    await inTray(studio, 'quick.png').getByText(NOTHING).waitFor();
    await studio.page.getByRole('button', { name: 'Remove: quick.png' }).click();
    await studio.restorePhoto('lake.jpg');
    expect(gateway.simulator.uploadsLeft).toBe(99);
  });

  test('an upload that is cancelled before a retry is not sent again', async () => {
    await using gateway = await startGateway();
    await using studio = await openStudio(gateway.url);
    let uploads = 0;
    const turnedAway = {
      message: 'Wait a little.',
      extensions: { code: 'RATE_LIMITED', retryable: true, charged: false, retryAfterMs: 1000 },
    };
    await studio.page.route('**/graphql', async (route) => {
      if (!(route.request().postData() ?? '').includes('early.png')) return route.continue();
      uploads += 1;
      return route.fulfill({ json: { errors: [turnedAway] } });
    });
    await studio.drop(photoNamed('early.png'));
    await studio.restore();
    await studio.card('early.png').getByText('Waiting for its turn').waitFor();
    await cancelOf(studio.card('early.png')).click();
    await inTray(studio, 'early.png').getByText(NOTHING).waitFor();
    const sent = uploads;
    await studio.page.getByRole('button', { name: 'Remove: early.png' }).click();
    for (const name of ['1.jpg', '2.jpg', '3.jpg']) await studio.restorePhoto(name);
    expect(uploads).toBe(sent);
    expect(gateway.simulator.uploadsLeft).toBe(97);
  });

  test('an upload that was sent completely cannot be cancelled, and goes on', async () => {
    const answering = Promise.withResolvers<void>();
    await using provider = await startScriptedProvider(async ({ endpoint }) => {
      if (endpoint !== 'upload') return answers.processing;
      await answering.promise;
      return answers.uploaded('a');
    });
    await using gateway = await startGatewayOf(provider.env);
    await using studio = await openStudio(gateway.url);
    await studio.drop(photoNamed('whole.png'));
    await studio.restore();
    const card = studio.card('whole.png');
    await card.getByText('Almost uploaded…').waitFor();
    expect(await cancelOf(card).count()).toBe(0);
    answering.resolve();
    await card.getByText('Being restored…').waitFor();
    expect(provider.uploads).toHaveLength(1);
  });

  test('an upload whose answer got lost says that it may have been charged, and its photo appears', async () => {
    const answering = Promise.withResolvers<void>();
    const asked = Promise.withResolvers<void>();
    await using provider = await startScriptedProvider(async ({ endpoint }) => {
      if (endpoint !== 'upload') return answers.processing;
      asked.resolve();
      await answering.promise;
      return answers.uploaded('a');
    });
    await using gateway = await startGatewayOf(provider.env);
    await using proxy = await startCutProxy(gateway.url);
    await using studio = await openStudio(proxy.url);
    await studio.drop(photoNamed('lost.png'));
    await studio.restore();
    const card = studio.card('lost.png');
    await card.getByText('Almost uploaded…').waitFor();
    await asked.promise;
    proxy.cut();
    await card.getByText('Connection lost. It goes on by itself.').waitFor();
    await cancelOf(card).click();
    await inTray(studio, 'lost.png').getByText(MAYBE).waitFor();
    answering.resolve();
    proxy.restore();
    await studio.page.getByRole('article').getByText('Being restored…').waitFor();
    await studio.restore();
    await inTray(studio, 'lost.png').waitFor({ state: 'detached' });
    // The gateway knows the name too, so both cards have it until they turn out to be one photo.
    await expect.poll(() => studio.page.getByRole('article').count(), pageTimeout).toBe(1);
    await studio.card('lost.png').getByText('Being restored…').waitFor();
    expect(provider.uploads).toHaveLength(1);
  });
});

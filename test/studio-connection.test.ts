import { expect, test } from 'vitest';
import { describeInBrowser } from './support/describe-in-browser.ts';
import { startCutProxy, type CutProxy } from './support/cut-proxy.ts';
import { startGateway, startGatewayOf } from './support/start-gateway.ts';
import { startSimulator, type Simulator } from '../packages/simulator/simulator.ts';
import { openStudio, pageTimeout, photoFile, type StudioPage } from './support/studio-page.ts';
import { makeTemporaryDirectory } from './support/temporary-directory.ts';

/** Finishes every uploaded picture. */
function finishAll(simulator: Simulator) {
  for (const { endpoint, mdf } of simulator.requests) {
    if (endpoint === 'upload' && mdf !== undefined) simulator.finish(mdf);
  }
}

/** Sends a photo while the network is down, and restores it once the page has reported that. */
async function uploadIntoCut(studio: StudioPage, proxy: CutProxy) {
  await studio.drop(await photoFile('landscape-small.jpg', 'lake.jpg'));
  proxy.cut();
  await studio.restore();
  await studio.card('lake.jpg').getByText('Connection lost. It goes on by itself.').waitFor();
  proxy.restore();
}

const lost = 'Connection lost. Reconnecting…';

describeInBrowser('the studio on a bad connection', () => {
  test('a connection that is cut while a photo is awaited is reopened, and nothing is missed', async () => {
    await using gateway = await startGateway({}, { processingTimeMs: Infinity });
    await using proxy = await startCutProxy(gateway.url);
    await using studio = await openStudio(proxy.url);
    await studio.drop(await photoFile('landscape-small.jpg', 'lake.jpg'));
    await studio.restore();
    const card = studio.card('lake.jpg');
    await card.getByText('Being restored…').waitFor();
    proxy.cut();
    await studio.page.getByText(lost, { exact: true }).waitFor();
    finishAll(gateway.simulator);
    proxy.restore();
    await card.getByRole('slider').waitFor();
    await studio.page.getByText(lost, { exact: true }).waitFor({ state: 'detached' });
    await expect.poll(() => studio.quota.textContent(), pageTimeout).toContain('99 uploads left');
  });

  test('an interrupted upload continues by itself, and is paid once', async () => {
    await using gateway = await startGateway();
    await using proxy = await startCutProxy(gateway.url);
    await using studio = await openStudio(proxy.url);
    await uploadIntoCut(studio, proxy);
    await studio.card('lake.jpg').getByRole('slider').waitFor();
    expect(gateway.simulator.uploadsLeft).toBe(99);
  });

  test('a page that was closed before its upload was answered finishes it when it is opened again', async () => {
    await using gateway = await startGateway();
    await using proxy = await startCutProxy(gateway.url);
    await using studio = await openStudio(proxy.url);
    await uploadIntoCut(studio, proxy);
    await studio.page.reload();
    await studio.card('lake.jpg').getByRole('slider').waitFor();
    expect(gateway.simulator.uploadsLeft).toBe(99);
  });

  test('a page reconnects to a gateway that restarts while it waits', async () => {
    await using directory = await makeTemporaryDirectory();
    await using simulator = await startSimulator({ processingTimeMs: Infinity });
    const settings = {
      PHOTO_API_URL: simulator.url,
      PHOTO_THIRD_CODE: simulator.thirdCode,
      PHOTO_SECRET_KEY: simulator.secretKey,
      ARCHIVE_URL: '',
      DATA_DIR: directory.path,
    };
    const first = await startGatewayOf(settings);
    await using proxy = await startCutProxy(first.url);
    await using studio = await openStudio(proxy.url);
    await studio.drop(await photoFile('landscape-small.jpg', 'lake.jpg'));
    await studio.restore();
    const card = studio.card('lake.jpg');
    await card.getByText('Being restored…').waitFor();
    await first.close();
    await studio.page.getByText(lost, { exact: true }).waitFor();
    await using second = await startGatewayOf(settings);
    proxy.leadTo(second.url);
    finishAll(simulator);
    await card.getByRole('slider').waitFor();
    expect(simulator.uploadsLeft).toBe(99);
  });
});

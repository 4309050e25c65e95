import { describe, expect, test } from 'vitest';
import { PhotoReadyDocument, UploadPhotoDocument } from '../schema/typed/graphql.ts';
import { readFixture } from './support/fixtures.ts';
import { dataOf, failureOf, sendFile } from './support/graphql-client.ts';
import { hasNginx, startDeployedNginx, startNginx } from './support/nginx.ts';
import { answers, startScriptedProvider } from './support/scripted-provider.ts';
import { startGateway, startGatewayOf } from './support/start-gateway.ts';
import { subscribers } from './support/subscribe.ts';

if (!hasNginx) console.warn('SKIPPED: no nginx on this machine, so nothing is tested behind it');

const kinds = [
  ['with its default buffering', startNginx],
  ['as it is deployed', startDeployedNginxBefore],
] as const;

/** Each of the three places that the configuration names is the one gateway. */
function startDeployedNginxBefore(gatewayUrl: string) {
  const port = Number(new URL(gatewayUrl).port);
  return startDeployedNginx([port, port, port]);
}

describe.runIf(hasNginx || process.env['CI']).each(kinds)('behind an nginx %s', (_kind, start) => {
  test.each(Object.entries(subscribers))(
    '%s deliver while the stream is open',
    async (_transport, connect) => {
      const release = Promise.withResolvers<void>();
      await using provider = await startScriptedProvider(async ({ endpoint }) => {
        if (endpoint === 'download') return answers.download('a');
        await release.promise;
        return answers.ready;
      });
      await using gateway = await startGatewayOf(provider.env);
      await using nginx = await start(gateway.url);
      using client = connect({ endpoint: `${nginx.url}/graphql` });
      const events = client.subscribe(PhotoReadyDocument, { id: 'a' });
      const first = events.next();
      await expect.poll(() => provider.calls.length).toBe(1);
      release.resolve();
      expect(dataOf((await first).value).photoReady).toMatchObject({ status: 'READY' });
    },
  );

  test.each([
    ['text/event-stream', ':\n\n'],
    [
      'multipart/mixed;subscriptionSpec=1.0',
      '\r\n--graphql\r\nContent-Type: application/json\r\n\r\n{}\r\n--graphql',
    ],
    ['multipart/mixed', '\r\n---'],
  ])('the first bytes of %s arrive before any event has come', async (accept, bytes) => {
    await using provider = await startScriptedProvider(() => 'hang');
    await using gateway = await startGatewayOf(provider.env);
    await using nginx = await start(gateway.url);
    const controller = new AbortController();
    const response = await fetch(`${nginx.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept },
      body: JSON.stringify({ query: 'subscription { photoReady(id: "a") { id } }' }),
      signal: controller.signal,
    });
    expect(response.headers.get('cache-control')).toContain('no-transform');
    const first = await response.body?.getReader().read();
    expect(new TextDecoder().decode(first?.value)).toBe(bytes);
    controller.abort();
  });

  test('an upload goes through', async () => {
    await using gateway = await startGateway();
    await using nginx = await start(gateway.url);
    const uploaded = await sendFile({ endpoint: `${nginx.url}/graphql` }, UploadPhotoDocument, {
      file: await readFixture('landscape-small.jpg'),
      repairType: 'REPAIR',
    });
    expect(dataOf(uploaded).uploadPhoto.status).toBe('PROCESSING');
  });
});

describe.runIf(hasNginx || process.env['CI'])('the nginx that is deployed', () => {
  test('leaves it to the gateway to refuse a file, and to say what that cost', async () => {
    await using gateway = await startGatewayOf({ MAX_FILE_SIZE: '1000000' });
    await using nginx = await startDeployedNginxBefore(gateway.url);
    const picture = await readFixture('landscape-small.jpg');
    const refused = await sendFile({ endpoint: `${nginx.url}/graphql` }, UploadPhotoDocument, {
      file: new Blob([picture, new Uint8Array(30_000_000)]),
      repairType: 'REPAIR',
    });
    expect(failureOf(refused)).toMatchObject({ code: 'FILE_TOO_LARGE', charged: false });
  });

  test('does not show the metrics of a gateway', async () => {
    await using gateway = await startGatewayOf({ METRICS: 'on' });
    await using nginx = await startDeployedNginxBefore(gateway.url);
    expect((await fetch(`${gateway.url}/metrics`)).status).toBe(200);
    expect((await fetch(`${nginx.url}/metrics`)).status).toBe(404);
    expect((await fetch(`${nginx.url}/ready`)).status).toBe(200);
  });

  test('names a request in its log as the gateway does', async () => {
    await using gateway = await startGatewayOf({});
    await using nginx = await startDeployedNginxBefore(gateway.url);
    const { headers } = await fetch(`${nginx.url}/health`);
    expect(headers.get('x-request-id')).toMatch(/^[0-9a-f]{32}$/);
    const named = await fetch(`${nginx.url}/health`, { headers: { 'x-request-id': 'mine' } });
    expect(named.headers.get('x-request-id')).toBe('mine');
    const unsafe = await fetch(`${nginx.url}/health`, { headers: { 'x-request-id': 'a b' } });
    expect(unsafe.headers.get('x-request-id')).toMatch(/^[0-9a-f]{32}$/);
    for (const response of [{ headers }, named, unsafe])
      await expect
        .poll(() => nginx.log())
        .toContainEqual(
          expect.stringContaining(`"requestId":"${response.headers.get('x-request-id')}"`),
        );
  });
});

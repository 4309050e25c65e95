import { describe, expect, test } from 'vitest';
import { PhotoReadyDocument, UploadPhotoDocument } from '../schema/typed/graphql.ts';
import { readFixture } from './support/fixtures.ts';
import { dataOf, sendFile } from './support/graphql-client.ts';
import { hasNginx, startNginx } from './support/nginx.ts';
import { answers, startScriptedProvider } from './support/scripted-provider.ts';
import { startGateway, startGatewayOf } from './support/start-gateway.ts';
import { subscribers } from './support/subscribe.ts';

if (!hasNginx) console.warn('SKIPPED: no nginx on this machine, so nothing is tested behind it');

describe.runIf(hasNginx || process.env['CI'])('behind an nginx with its default buffering', () => {
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
      await using nginx = await startNginx(gateway.url);
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
    await using nginx = await startNginx(gateway.url);
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
    await using nginx = await startNginx(gateway.url);
    const uploaded = await sendFile({ endpoint: `${nginx.url}/graphql` }, UploadPhotoDocument, {
      file: await readFixture('landscape-small.jpg'),
      repairType: 'REPAIR',
    });
    expect(dataOf(uploaded).uploadPhoto.status).toBe('PROCESSING');
  });
});

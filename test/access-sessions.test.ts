import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import type { Photos } from '../src/photos/photos.ts';
import { settledResults } from '../src/photos/watching/settled-results.ts';
import { createScriptedAccess } from './support/access-scripted.ts';
import { failureOf, send } from './support/graphql-client.ts';
import { stubPhotos } from './support/stub-photos.ts';
import { startBareServer } from './support/start-bare-server.ts';
import { subscribers } from './support/subscribe.ts';
import { PhotoReadyDocument, QuotaDocument } from '../schema/typed/graphql.ts';

const unused = () => {
  throw new Error('No test here asks for it');
};

/** Photos that are never ready, so that subscriptions last until they are ended. */
const photos: Photos = {
  ...stubPhotos(unused),
  ready: () =>
    settledResults(['a'], () => new Promise<never>(() => undefined), new AbortController().signal),
};
const denied = { code: 'UNAUTHENTICATED', retryable: false };

function openSocket(endpoint: string) {
  return new WebSocket(endpoint.replace('http', 'ws'), 'graphql-transport-ws');
}

describe('the watch of an auth session', () => {
  test.each(Object.entries(subscribers))(
    'ends when the client of a subscription over %s disconnects',
    async (_transport, connect) => {
      const access = createScriptedAccess();
      await using gateway = await startBareServer(photos, { access });
      const client = connect(gateway);
      const next = client.subscribe(PhotoReadyDocument, { id: 'a' }).next();
      next.catch(() => undefined);
      await access.untilWatches(1);
      client[Symbol.dispose]();
      await access.untilWatches(0);
      expect(access.watches).toBe(0);
    },
  );

  test('ends with a stream of server-sent events', async () => {
    const access = createScriptedAccess();
    const none: Photos = {
      ...photos,
      ready: () => settledResults([], unused, new AbortController().signal),
    };
    await using gateway = await startBareServer(none, { access });
    using client = subscribers['server-sent events'](gateway);
    const events = client.subscribe(PhotoReadyDocument, { id: 'a' });
    expect(await events.next()).toMatchObject({ done: true });
    expect(access.watches).toBe(0);
  });

  test('ends when the gateway stops', async () => {
    const access = createScriptedAccess();
    const gateway = await startBareServer(photos, { access });
    const socket = openSocket(gateway.endpoint);
    await once(socket, 'open');
    socket.send('{"type":"connection_init"}');
    await access.untilWatches(1);
    await gateway.close();
    expect(access.watches).toBe(0);
  });

  test('does not begin for a WebSocket that closes during its authentication', async () => {
    const asked = Promise.withResolvers<void>();
    const access = createScriptedAccess(asked.promise);
    const gateway = await startBareServer(photos, { access });
    const socket = openSocket(gateway.endpoint);
    await once(socket, 'open');
    socket.send('{"type":"connection_init"}');
    socket.close();
    await once(socket, 'close');
    asked.resolve();
    await gateway.close();
    expect(access.watches).toBe(0);
  });
});

describe('an auth session that has ended', () => {
  test('lets no further operation run on a WebSocket that is still open', async () => {
    const access = createScriptedAccess();
    await using gateway = await startBareServer(photos, { access });
    const socket = openSocket(gateway.endpoint);
    await once(socket, 'open');
    socket.send('{"type":"connection_init"}');
    await once(socket, 'message');
    access.revoke();
    const payload = { query: 'mutation { __typename }' };
    socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload }));
    const [message] = await once(socket, 'message');
    expect(JSON.parse(String(message))).toMatchObject({
      type: 'error',
      payload: [{ extensions: denied }],
    });
    socket.close();
  });

  test('lets no operation run whose body had not arrived yet', async () => {
    const access = createScriptedAccess();
    await using gateway = await startBareServer(photos, { access });
    access.revoke();
    expect(failureOf(await send(gateway, QuotaDocument))).toMatchObject(denied);
  });
});

describe('a WebSocket', () => {
  test('that does not authenticate in time is closed with 4408', async () => {
    await using gateway = await startBareServer(photos, { initTimeoutMs: 50 });
    const [code] = await once(openSocket(gateway.endpoint), 'close');
    expect(code).toBe(4408);
  });

  test('that sends an operation before it authenticates is closed with 4401', async () => {
    await using gateway = await startBareServer(photos);
    const socket = openSocket(gateway.endpoint);
    await once(socket, 'open');
    socket.send('{"id":"1","type":"subscribe","payload":{"query":"{ __typename }"}}');
    const [code] = await once(socket, 'close');
    expect(code).toBe(4401);
  });
});

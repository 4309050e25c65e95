import { on, once } from 'node:events';
import { afterAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { stubPhotos } from './support/stub-photos.ts';
import { startBareServer } from './support/start-bare-server.ts';

const unused = () => {
  throw new Error('No test here asks for it');
};
const gateway = await startBareServer(stubPhotos(unused), {
  corsOrigins: ['https://app.example.com'],
  pingIntervalMs: 50,
});
afterAll(() => gateway.close());

const address = gateway.endpoint.replace('http', 'ws');
const protocol = 'graphql-transport-ws';

async function open(options: ConstructorParameters<typeof WebSocket>[2] = {}, url = address) {
  const socket = new WebSocket(url, protocol, options);
  await once(socket, 'open');
  return socket;
}

/** The messages of `socket` from now on, without a loss between two reads. */
function messagesOf(socket: WebSocket) {
  const messages = on(socket, 'message');
  return async (): Promise<unknown> => {
    const { value } = await messages.next();
    return JSON.parse(String(value?.[0]));
  };
}

async function initialise(socket: WebSocket) {
  const next = messagesOf(socket);
  socket.send('{"type":"connection_init"}');
  expect(await next()).toEqual({ type: 'connection_ack' });
  return next;
}

describe('a WebSocket', () => {
  test.each(['{ nope }', '{', 'mutation { uploadPhoto(repairType: REPAIR) { id } }'])(
    'refuses %s with the same errors as HTTP does',
    async (query) => {
      const socket = await open();
      const next = await initialise(socket);
      socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query } }));
      const { payload } = Object(await next());
      socket.terminate();
      const response = await fetch(gateway.endpoint, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query }),
      });
      expect({ errors: payload }).toEqual(await response.json());
    },
  );

  test('carries queries, and survives their syntax errors', async () => {
    const socket = await open();
    const next = await initialise(socket);
    socket.send('{"id":"1","type":"subscribe","payload":{"query":"{ nonsense"}}');
    expect(await next()).toMatchObject({ id: '1', type: 'error' });
    socket.send('{"id":"2","type":"subscribe","payload":{"query":"{ nonsense }"}}');
    expect(await next()).toMatchObject({ id: '2', type: 'error' });
    socket.send('{"id":"3","type":"subscribe","payload":{"query":"{ __typename }"}}');
    const answer = { id: '3', type: 'next', payload: { data: { __typename: 'Query' } } };
    expect(await next()).toEqual(answer);
    expect(await next()).toEqual({ id: '3', type: 'complete' });
    socket.close();
  });

  test('is pinged, and stays as long as it answers', async () => {
    const socket = await open();
    await once(socket, 'ping');
    await once(socket, 'ping');
    expect(socket.readyState).toBe(WebSocket.OPEN);
    socket.close();
  });

  test('that does not answer its ping is disconnected', async () => {
    const socket = await open({ autoPong: false });
    const [code] = await once(socket, 'close');
    expect(code).toBe(1006);
  });

  test('that sends a message over the limit is closed with 1009', async () => {
    const socket = await open();
    const query = `{ __typename } # ${'x'.repeat(70_000)}`;
    socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query } }));
    const [code] = await once(socket, 'close');
    expect(code).toBe(1009);
  });

  test('is not compressed', async () => {
    const socket = await open({ perMessageDeflate: true });
    expect(socket.extensions).toBe('');
    socket.close();
  });

  test.each([
    ['the gateway’s own', gateway.url],
    ['one of CORS_ORIGINS', 'https://app.example.com'],
  ])('is open to pages of %s origin', async (_whose, origin) => {
    const socket = await open({ origin });
    await initialise(socket);
    expect(socket.readyState).toBe(WebSocket.OPEN);
    socket.close();
  });

  test.each([
    ['from a page of another origin', { origin: 'https://evil.example.com' }, address, 403],
    ['from a page without an origin of its own', { origin: 'null' }, address, 403],
    ['at another path', {}, `${address}/other`, 404],
  ])('is refused %s', async (_what, options, url, status) => {
    const socket = new WebSocket(url, protocol, options);
    const [error] = await once(socket, 'error');
    expect(String(error)).toContain(`Unexpected server response: ${status}`);
  });
});

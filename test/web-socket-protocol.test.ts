import { once } from 'node:events';
import { afterAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import type { Photos } from '../src/photos/photos.ts';
import { settledResults } from '../src/photos/watching/settled-results.ts';
import { startBareServer } from './support/start-bare-server.ts';
import { stubPhotos } from './support/stub-photos.ts';

let waiting = 0;

/** Waits for a photo that is never ready, until it is left. */
async function neverReady(_id: string, signal: AbortSignal): Promise<never> {
  waiting += 1;
  await once(signal, 'abort');
  waiting -= 1;
  throw new Error('It was left');
}

const unused = () => {
  throw new Error('No test here asks for it');
};
const photos: Photos = {
  ...stubPhotos(unused),
  ready: () => settledResults(['a'], neverReady, new AbortController().signal),
};
const gateway = await startBareServer(photos);
afterAll(() => gateway.close());

async function open() {
  const socket = new WebSocket(gateway.endpoint.replace('http', 'ws'), 'graphql-transport-ws');
  await once(socket, 'open');
  return socket;
}

const init = '{"type":"connection_init"}';
const subscribe = (id: string) =>
  JSON.stringify({
    id,
    type: 'subscribe',
    payload: { query: 'subscription { photoReady(id: "a") { id } }' },
  });
const longId = 'é'.repeat(100);

test.each([
  ['operates before it initialises', [subscribe('1')], 4401, 'Unauthorized'],
  ['initialises twice', [init, init], 4429, 'Too many initialisation requests'],
  [
    'uses an id twice',
    [init, subscribe('1'), subscribe('1')],
    4409,
    'Subscriber for 1 already exists',
  ],
  [
    'uses an id twice that no reason can name',
    [init, subscribe(longId), subscribe(longId)],
    4409,
    'Subscriber already exists',
  ],
  ['sends no JSON', [init, 'hello'], 4400, 'Invalid message received'],
  ['sends an unknown type', [init, '{"type":"start"}'], 4400, 'Invalid message received'],
  [
    'sends what only a server may',
    [init, '{"type":"connection_ack"}'],
    4400,
    'Invalid message received',
  ],
])('a client that %s is told so by the code of its close', async (_what, said, code, reason) => {
  const socket = await open();
  for (const message of said) socket.send(message);
  const [closedWith, because] = await once(socket, 'close');
  expect([closedWith, String(because)]).toEqual([code, reason]);
  await expect.poll(() => waiting).toBe(0);
});

test('a client that ends its subscription is told nothing more of it, and may use the id again', async () => {
  const socket = await open();
  const heard: unknown[] = [];
  socket.on('message', (data: Buffer) => heard.push(JSON.parse(data.toString())));
  socket.send(init);
  socket.send(subscribe('1'));
  await expect.poll(() => waiting).toBe(1);
  socket.send('{"id":"1","type":"complete"}');
  await expect.poll(() => waiting).toBe(0);
  socket.send(subscribe('1'));
  await expect.poll(() => waiting).toBe(1);
  socket.send('{"type":"ping","payload":{"a":1}}');
  const pong = { type: 'pong', payload: { a: 1 } };
  await expect.poll(() => heard).toEqual([{ type: 'connection_ack' }, pong]);
  socket.close();
  await expect.poll(() => waiting).toBe(0);
});

test('a client of another protocol is closed with 4406', async () => {
  const socket = new WebSocket(gateway.endpoint.replace('http', 'ws'));
  const [code] = await once(socket, 'close');
  expect(code).toBe(4406);
});

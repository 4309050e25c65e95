import { on, once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { json } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import type { Photos } from '../src/photos/photos.ts';
import { unknownPhoto } from '../src/photos/photo.ts';
import { settledResults } from '../src/photos/watching/settled-results.ts';
import { createScriptedAccess } from './support/access-scripted.ts';
import { createEmptyModule } from './support/limits-empty-module.ts';
import { startBareServer } from './support/start-bare-server.ts';

const init = '{"type":"connection_init","payload":{}}';
const ack = { type: 'connection_ack' };
const ka = { type: 'ka' };
const start = (id: string, query: string) =>
  JSON.stringify({ id, type: 'start', payload: { query, variables: {}, operationName: null } });
const photoReady = (id: string) => `subscription { photoReady(id: "${id}") { id } }`;

/** A photos module in which the photo `never` is waited for until it is left, and any other is ready. */
function createWaitingModule() {
  const waited = { now: 0 };
  async function wait(id: string, signal: AbortSignal) {
    if (id !== 'never') return unknownPhoto(id);
    waited.now += 1;
    await once(signal, 'abort');
    waited.now -= 1;
    throw new Error('It was left');
  }
  const photos: Photos = {
    ...createEmptyModule().photos,
    ready: (_principal, ids) => settledResults(ids, wait, new AbortController().signal),
  };
  return { photos, waited };
}

async function open(endpoint: string, protocols: string | string[] = 'graphql-ws') {
  const socket = new WebSocket(endpoint.replace('http', 'ws'), protocols);
  const messages = on(socket, 'message', { close: ['close'] });
  await once(socket, 'open');
  async function next(): Promise<unknown> {
    const { value } = await messages.next();
    return value === undefined ? 'closed' : JSON.parse(String(value[0]));
  }
  return { socket, next };
}

describe('the older protocol graphql-ws', () => {
  test('carries subscriptions, queries and refusals', async () => {
    const { photos } = createWaitingModule();
    await using server = await startBareServer(photos);
    const { socket, next } = await open(server.endpoint);
    socket.send(init);
    expect(await next()).toEqual(ack);
    expect(await next()).toEqual(ka);
    socket.send(start('1', photoReady('a')));
    const payload = { data: { photoReady: { id: 'a' } } };
    expect(await next()).toEqual({ type: 'data', id: '1', payload });
    expect(await next()).toEqual({ type: 'complete', id: '1' });
    socket.send(start('2', '{ __typename }'));
    expect(await next()).toMatchObject({
      type: 'data',
      payload: { data: { __typename: 'Query' } },
    });
    expect(await next()).toEqual({ type: 'complete', id: '2' });
    socket.send(start('3', '{ nothing }'));
    expect(await next()).toEqual({
      type: 'error',
      id: '3',
      payload: {
        message: expect.stringContaining('Cannot query field'),
        locations: [{ line: 1, column: 3 }],
        extensions: expect.objectContaining({ code: 'GRAPHQL_VALIDATION_FAILED' }),
      },
    });
    socket.send(start('4', '{ nothing other }'));
    const errors = [expect.anything(), expect.anything()];
    expect(await next()).toMatchObject({ type: 'error', id: '4', payload: { errors } });
    socket.send('{"type":"connection_terminate"}');
    const [code] = await once(socket, 'close');
    expect(code).toBe(1005);
  });

  test('ends what is stopped, replaced, or left', async () => {
    const { photos, waited } = createWaitingModule();
    await using server = await startBareServer(photos);
    const { socket, next } = await open(server.endpoint);
    socket.send(init);
    socket.send(start('1', photoReady('never')));
    expect([await next(), await next()]).toEqual([ack, ka]);
    await expect.poll(() => waited.now).toBe(1);
    socket.send('{"type":"stop","id":"1"}');
    await expect.poll(() => waited.now).toBe(0);
    socket.send(start('1', photoReady('never')));
    await expect.poll(() => waited.now).toBe(1);
    socket.send(start('1', '{ __typename }'));
    expect(await next()).toMatchObject({ type: 'data', id: '1', payload: { data: {} } });
    expect(await next()).toEqual({ type: 'complete', id: '1' });
    expect(waited.now).toBe(0);
    socket.send(start('2', photoReady('never')));
    await expect.poll(() => waited.now).toBe(1);
    socket.close();
    await expect.poll(() => waited.now).toBe(0);
  });

  test('is kept alive by `ka` from the acknowledgement on', async () => {
    await using server = await startBareServer(createEmptyModule().photos, { pingIntervalMs: 20 });
    const { socket, next } = await open(server.endpoint);
    await once(socket, 'ping');
    socket.send(init);
    for (const expected of [ack, ka, ka, ka]) expect(await next()).toEqual(expected);
    socket.close();
  });

  test('lets operations wait that come before the acknowledgement', async () => {
    const letIn = Promise.withResolvers<void>();
    const { photos, waited } = createWaitingModule();
    const access = createScriptedAccess(letIn.promise);
    await using server = await startBareServer(photos, { access });
    const { socket, next } = await open(server.endpoint);
    socket.send(init);
    socket.send(start('1', photoReady('never')));
    socket.send('{"type":"stop","id":"1"}');
    socket.send(start('2', '{ nothing }'));
    letIn.resolve();
    expect([await next(), await next()]).toEqual([ack, ka]);
    expect(await next()).toMatchObject({ type: 'error', id: '2' });
    expect(waited.now).toBe(0);
    socket.close();
  });

  test.each([
    ['operates before it initialises', [start('1', '{ __typename }')], 4401, 'Unauthorized'],
    ['initialises twice', [init, init], 4429, 'Too many initialisation requests'],
    ['sends no JSON', ['hello'], 4400, 'Invalid message received'],
    ['sends an unknown type', ['{"type":"subscribe"}'], 4400, 'Invalid message received'],
    ['sends what only a server may', ['{"type":"ka"}'], 4400, 'Invalid message received'],
  ])('tells a client that %s why it is closed', async (_what, said, code, message) => {
    await using server = await startBareServer(createEmptyModule().photos);
    const { socket, next } = await open(server.endpoint);
    const closed = once(socket, 'close');
    for (const text of said) socket.send(text);
    const last = { type: 'connection_error', payload: { message } };
    const heard = [await next()];
    while (heard.at(-1) !== 'closed') heard.push(await next());
    expect(heard.at(-2)).toEqual(last);
    const [closedWith] = await closed;
    expect(closedWith).toBe(code);
  });
});

describe('an upgrade', () => {
  test('that offers both protocols gets the newer one', async () => {
    await using server = await startBareServer(createEmptyModule().photos);
    const { socket } = await open(server.endpoint, ['graphql-ws', 'graphql-transport-ws']);
    expect(socket.protocol).toBe('graphql-transport-ws');
    socket.close();
  });

  test.each([
    [
      400,
      'offers no subprotocol',
      { 'sec-websocket-protocol': '' },
      /graphql-transport-ws, graphql-ws/,
    ],
    [
      400,
      'offers another',
      { 'sec-websocket-protocol': 'mqtt' },
      /graphql-transport-ws, graphql-ws/,
    ],
    [400, 'offers one twice', { 'sec-websocket-protocol': 'graphql-ws, graphql-ws' }, /Protocol/],
    [400, 'has another version', { 'sec-websocket-version': '12' }, /Sec-WebSocket-Version/],
    [400, 'has a malformed key', { 'sec-websocket-key': 'x' }, /Sec-WebSocket-Key/],
  ])('is refused with %i in JSON if it %s', async (status, _what, headers, message) => {
    await using server = await startBareServer(createEmptyModule().photos);
    const sent = request(server.endpoint, { headers: { ...UPGRADE, ...headers } }).end();
    const response = await new Promise<IncomingMessage>((resolve) => {
      sent.once('response', resolve);
    });
    expect(response.statusCode).toBe(status);
    expect(response.headers['content-type']).toBe('application/json');
    expect(await json(response)).toEqual({ error: expect.stringMatching(message) });
  });
});

const UPGRADE = {
  connection: 'Upgrade',
  upgrade: 'websocket',
  'sec-websocket-version': '13',
  'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
  'sec-websocket-protocol': 'graphql-ws',
};

import { once } from 'node:events';
import { connect } from 'node:net';
import * as fc from 'fast-check';
import { pino } from 'pino';
import { afterAll, afterEach, beforeEach, expect, test, vi, type MockInstance } from 'vitest';
import { WebSocket } from 'ws';
import { createEmptyModule } from './support/limits-empty-module.ts';
import { startBareServer } from './support/start-bare-server.ts';
import { UPGRADE_HEADERS } from './support/web-socket-upgrade.ts';

const logged: string[] = [];
const gateway = await startBareServer(createEmptyModule().photos, {
  log: pino({ level: 'info' }, { write: (line) => void logged.push(line) }),
});
afterAll(() => gateway.close());

let printed: MockInstance;
beforeEach(() => {
  printed = vi.spyOn(console, 'error').mockImplementation(() => undefined);
});
afterEach(() => {
  printed.mockRestore();
});

/** Close codes of the protocol and of WebSocket itself that name a fault of the client. */
const ITS_OWN_FAULT = [4400, 4401, 4409, 4429, 1002, 1003, 1007, 1009];
const PONG = 'still there';
const NEWER = { subprotocol: 'graphql-transport-ws', last: '{"type":"ping"}' };
const OLDER = { subprotocol: 'graphql-ws', last: '{"type":"connection_terminate"}' };
/** A close without a code: the client has said that it leaves. */
const LEFT = 1005;

/** The state of a connection after these messages: still answered, or closed with this code. */
async function outcomeOf(
  messages: readonly (string | Buffer)[],
  { subprotocol, last } = NEWER,
): Promise<number | string> {
  const socket = new WebSocket(gateway.endpoint.replace('http', 'ws'), subprotocol);
  await once(socket, 'open');
  const outcome = Promise.withResolvers<number | string>();
  socket.on('message', (data: Buffer) => {
    if (data.toString() === '{"type":"pong"}') outcome.resolve(PONG);
  });
  socket.once('close', (code) => outcome.resolve(code));
  for (const message of messages) socket.send(message);
  socket.send(last);
  try {
    return await outcome.promise;
  } finally {
    socket.terminate();
  }
}

const TYPES =
  'connection_init connection_ack ping pong subscribe next error complete start stop ka data'.split(
    ' ',
  );
const QUERIES = [
  '{ __typename }',
  '{ quota { remaining } }',
  'subscription { photoReady(id: "a") { id } }',
  '',
  '{',
  'query A { __typename } query B { __typename }',
  'mutation { nothing }',
];
const type = fc.constantFrom(...TYPES);
const query = fc.constantFrom(...QUERIES);
const id = fc.oneof(fc.constantFrom('1', '2', '__proto__', 'constructor', ''), fc.jsonValue());
const message = fc.oneof(
  { arbitrary: fc.constant('{"type":"connection_init"}'), weight: 2 },
  {
    arbitrary: fc
      .record({ type, id, payload: fc.record({ query }) }, { requiredKeys: ['type'] })
      .map((value) => JSON.stringify(value)),
    weight: 4,
  },
  fc
    .record({ type, id, payload: fc.jsonValue() }, { requiredKeys: ['type'] })
    .map((value) => JSON.stringify(value)),
  fc.json(),
  fc.string({ unit: 'binary' }),
  fc.uint8Array({ maxLength: 100 }).map((bytes) => Buffer.from(bytes)),
);

test('whatever a client sends over a WebSocket, it is answered, or closed with a code that says why', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(message, { maxLength: 6 }), async (messages) => {
      expect([PONG, ...ITS_OWN_FAULT]).toContain(await outcomeOf(messages));
    }),
    { numRuns: 500 },
  );
  expect(logged).toEqual([]);
  expect(printed).not.toHaveBeenCalled();
});

test('whatever a client sends over the older protocol, it may leave, or is closed with a code that says why', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(message, { maxLength: 6 }), async (messages) => {
      expect([LEFT, ...ITS_OWN_FAULT]).toContain(await outcomeOf(messages, OLDER));
    }),
    { numRuns: 500 },
  );
  expect(logged).toEqual([]);
  expect(printed).not.toHaveBeenCalled();
});

test('any bytes that are not frames end the connection, and others continue', async () => {
  const { port } = new URL(gateway.endpoint);
  const handshake = [
    'GET /graphql HTTP/1.1',
    `Host: localhost:${port}`,
    ...UPGRADE_HEADERS,
    '\r\n',
  ].join('\r\n');
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 200 }), async (bytes) => {
      const socket = connect(Number(port), '127.0.0.1');
      socket.on('error', () => undefined).resume();
      const closed = new Promise((resolve) => socket.once('close', resolve));
      socket.write(handshake);
      await once(socket, 'data');
      socket.end(bytes);
      await closed;
    }),
    { numRuns: 200 },
  );
  expect(await outcomeOf(['{"type":"connection_init"}'])).toBe(PONG);
  expect(logged).toEqual([]);
  expect(printed).not.toHaveBeenCalled();
});

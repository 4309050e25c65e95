import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { pino } from 'pino';
import { describe, expect, test } from 'vitest';
import { startHttpServer } from '../src/server/transports/http-server.ts';
import { createEmptyModule } from './support/limits-empty-module.ts';
import { startBareServer } from './support/start-bare-server.ts';

/** The HTTP server alone. The test gives the answers, and learns of each request that begins. */
async function start() {
  const begun: { readonly req: IncomingMessage; readonly res: ServerResponse }[] = [];
  const server = await startHttpServer({
    host: '127.0.0.1',
    port: 0,
    requestTimeoutMs: 10_000,
    maxConnections: 100,
    log: pino({ level: 'silent' }),
    onRequest: (req, res) => void begun.push({ req, res }),
  });
  const port = Number(new URL(server.url).port);
  async function close() {
    server.terminate();
    await server.close();
  }
  return { port, begun, node: server.node, [Symbol.asyncDispose]: close };
}

async function open(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

const get = (path: string, more = '') => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n${more}\r\n`;
const times = (count: number, path: string) => get(path).repeat(count);
const target = (query: string) => `/graphql?query=${encodeURIComponent(query)}`;
const last = get('/last', 'Connection: close\r\n');

describe('a request behind another on its connection', () => {
  test('begins when the answer before it is sent, and is answered in its turn', async () => {
    await using server = await start();
    const socket = await open(server.port);
    socket.write(get('/first') + get('/second') + last);
    for (const [turn, path] of ['/first', '/second', '/last'].entries()) {
      await expect.poll(() => server.begun.length).toBe(turn + 1);
      const { req, res } = server.begun[turn] ?? {};
      expect(req?.url).toBe(path);
      res?.end(`answer to ${path}.`);
    }
    const answers = (await text(socket)).match(/answer to [^.]+/g);
    expect(answers).toEqual(['answer to /first', 'answer to /second', 'answer to /last']);
  });

  test('may have a body', async () => {
    await using server = await start();
    const socket = await open(server.port);
    const length = 200_000;
    socket.write(get('/first'));
    socket.write(
      `POST /second HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: ${length}\r\n\r\n`,
    );
    socket.write('x'.repeat(length));
    await expect.poll(() => server.begun.length).toBe(1);
    server.begun[0]?.res.end('one');
    await expect.poll(() => server.begun.length).toBe(2);
    const { req, res } = server.begun[1] ?? {};
    if (!req) throw new Error('There is no second request');
    res?.end(`${(await text(req)).length} bytes`);
    expect(await text(socket)).toContain(`${length} bytes`);
  });

  test('does not begin if the client has disconnected', async () => {
    await using server = await start();
    const socket = await open(server.port);
    socket.write(times(3, '/a'));
    await expect.poll(() => server.begun.length).toBe(1);
    const left = once(server.begun[0]?.res ?? socket, 'close');
    socket.destroy();
    await left;
    const other = await open(server.port);
    other.write(last);
    await expect.poll(() => server.begun.at(-1)?.req.url).toBe('/last');
    expect(server.begun).toHaveLength(2);
  });

  test('does not begin behind an answer that closes the connection', async () => {
    await using server = await start();
    const socket = await open(server.port);
    socket.write(last + times(3, '/a'));
    await expect.poll(() => server.begun.length).toBe(1);
    server.begun[0]?.res.end('the only one');
    expect(await text(socket)).toMatch(/^HTTP\/1.1 200 OK[^]*the only one$/);
    expect(server.begun).toHaveLength(1);
  });

  test('cannot open a WebSocket while the answer is in progress', async () => {
    await using server = await start();
    let upgrades = 0;
    server.node.on('upgrade', (_req, socket) => {
      upgrades += 1;
      socket.destroy();
    });
    const socket = await open(server.port);
    socket.write(get('/first') + get('/ws', 'Connection: Upgrade\r\nUpgrade: websocket\r\n'));
    await expect.poll(() => server.begun.length).toBe(1);
    server.begun[0]?.res.end();
    await expect.poll(() => server.begun.length).toBe(2);
    expect(upgrades).toBe(0);
  });
});

test('too many of them end the connection, and none of them begins', async () => {
  await using server = await start();
  const socket = await open(server.port);
  socket.write(times(1000, '/a'));
  expect(await text(socket).catch(() => '')).toBe('');
  expect(server.begun).toHaveLength(1);
  const other = await open(server.port);
  other.write(times(8, '/b') + last);
  for (let turn = 1; turn <= 9; turn += 1) {
    await expect.poll(() => server.begun.length).toBe(turn + 1);
    server.begun[turn]?.res.end('answered');
  }
  expect((await text(other)).match(/answered/g)).toHaveLength(9);
});

test('no request begins behind an event stream until it ends', async () => {
  const { photos, asked } = createEmptyModule();
  const streaming = Promise.withResolvers<void>();
  await using server = await startBareServer({
    ...photos,
    async *ready() {
      await streaming.promise;
      yield* [];
    },
  });
  const socket = await open(Number(new URL(server.url).port));
  const answer = text(socket);
  socket.write(
    get(target('subscription { photoReady(id: "a") { id } }'), 'Accept: text/event-stream\r\n') +
      get(target('{ quota { remaining } }'), 'Connection: close\r\n'),
  );
  // Over another connection; an earlier request would have begun by now.
  await (await fetch(`${server.url}${target('{ photos { edges { cursor } } }')}`)).bytes();
  expect(asked).toEqual(['list']);
  streaming.resolve();
  expect(await answer).toMatch(/event: complete[^]*"remaining":1/);
  expect(asked).toEqual(['list', 'quota']);
});

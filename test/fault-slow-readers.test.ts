import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { pino } from 'pino';
import { describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import type { ServerOptions } from '../src/server/server.ts';
import { createLargePhotosModule } from './support/fault-large-photos.ts';
import { startBareServer } from './support/start-bare-server.ts';

const KIB = 1024;
const MIB = 1024 * KIB;
const HOUR_MS = 3_600_000;
/** What the kernel's buffers of both ends may hold, besides our own. */
const MAX_BUFFERED_BYTES = 16 * MIB;
const subscription = 'subscription { photoReady(id: "a") { id } }';

/** A server with large responses that disconnects clients that read nothing for 200 ms. */
async function start(options: Partial<ServerOptions> = {}) {
  const module = createLargePhotosModule(64 * KIB);
  const logged: string[] = [];
  const log = pino({}, { write: (line) => void logged.push(line) });
  const server = await startBareServer(module.photos, { stallTimeoutMs: 200, log, ...options });
  return {
    module,
    logged,
    port: Number(new URL(server.url).port),
    address: server.endpoint.replace('http', 'ws'),
    [Symbol.asyncDispose]: () => server.close(),
  };
}

/** A client that reads only what it is told to. */
async function openUnread(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  // It will be disconnected.
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

function post(accept: string, query: string): string {
  const body = JSON.stringify({ query });
  return [
    'POST /graphql HTTP/1.1',
    'Host: localhost',
    'Content-Type: application/json',
    `Accept: ${accept}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    '',
    body,
  ].join('\r\n');
}

async function openWebSocket(address: string): Promise<WebSocket> {
  const socket = new WebSocket(address, 'graphql-transport-ws');
  socket.on('error', () => undefined);
  await once(socket, 'open');
  socket.send('{"type":"connection_init"}');
  await once(socket, 'message');
  return socket;
}

function subscribe(id: number, query: string): string {
  return JSON.stringify({ id: `${id}`, type: 'subscribe', payload: { query } });
}

/** Resolves when the other side has ended the connection, which only a reader can see. */
async function isCut(socket: Socket | WebSocket): Promise<void> {
  socket.resume();
  const isClosed = () =>
    socket instanceof WebSocket ? socket.readyState === WebSocket.CLOSED : socket.closed;
  await expect.poll(isClosed).toBe(true);
}

describe('a client of server-sent events that stops reading', () => {
  test('is sent no more than its buffers hold, then disconnected, and its subscription ends', async () => {
    await using server = await start();
    const socket = await openUnread(server.port);
    socket.write(post('text/event-stream', subscription));
    await expect.poll(() => server.module.openStreams).toBe(1);
    await expect.poll(() => server.module.openStreams).toBe(0);
    expect(server.module.events * 64 * KIB).toBeLessThan(MAX_BUFFERED_BYTES);
    await isCut(socket);
    expect(server.logged).toEqual([expect.stringContaining('Disconnected slow clients')]);
  });

  test('is distinguished from one that reads slowly, which stays', async () => {
    await using server = await start();
    const slow = await openUnread(server.port);
    slow.write(post('text/event-stream', subscription));
    let readBytes = 0;
    let mayReadTo = 0;
    slow.on('data', (chunk: Buffer) => {
      readBytes += chunk.length;
      if (readBytes > mayReadTo) slow.pause();
    });
    // One chunk at a time, less than arrives, so that data always waits for it.
    const reading = setInterval(() => {
      mayReadTo = readBytes + MIB;
      slow.resume();
    }, 50);
    // Each is disconnected later than a client that reads nothing would be.
    for (let clients = 0; clients < 3; clients += 1) {
      const unread = await openUnread(server.port);
      unread.write(post('text/event-stream', subscription));
      await expect.poll(() => server.module.openStreams).toBe(2);
      await expect.poll(() => server.module.openStreams).toBe(1);
      unread.destroy();
    }
    const before = readBytes;
    await expect.poll(() => readBytes).toBeGreaterThan(before + 64 * KIB);
    clearInterval(reading);
    slow.destroy();
    await expect.poll(() => server.module.openStreams).toBe(0);
  });
});

describe('a client of answers that stops reading', () => {
  test('is answered no more than its buffers hold, then disconnected', async () => {
    await using server = await start();
    const socket = await openUnread(server.port);
    for (let count = 0; count < 2000; count += 1) {
      // So long that one read of the connection contains few of them.
      socket.write(post('application/json', `{ photo(id: "a") { id } } # ${'x'.repeat(8 * KIB)}`));
    }
    await isCutUnread(socket, server.logged);
    expect(server.module.answers * 64 * KIB).toBeLessThan(MAX_BUFFERED_BYTES);
  });
});

/** Waits for the log line about the disconnection, without reading a byte. */
async function isCutUnread(socket: Socket | WebSocket, logged: readonly string[]): Promise<void> {
  await expect.poll(() => logged.length).toBe(1);
  await isCut(socket);
}

describe('a client of a WebSocket that stops reading', () => {
  test('is disconnected if it answers no ping, and its subscription ends', async () => {
    await using server = await start({ pingIntervalMs: 100, stallTimeoutMs: HOUR_MS });
    const socket = await openWebSocket(server.address);
    socket.send(subscribe(1, subscription));
    socket.pause();
    await expect.poll(() => server.module.openStreams).toBe(1);
    await expect.poll(() => server.module.openStreams).toBe(0);
    expect(server.module.events * 64 * KIB).toBeLessThan(MAX_BUFFERED_BYTES);
    await isCut(socket);
  });

  test('is disconnected if it reads nothing, even if it answers pings', async () => {
    await using server = await start({ pingIntervalMs: 50 });
    const socket = await openWebSocket(server.address);
    socket.send(subscribe(1, subscription));
    socket.pause();
    const answeringPings = setInterval(() => socket.pong(), 10);
    await expect.poll(() => server.module.openStreams).toBe(1);
    await expect.poll(() => server.module.openStreams).toBe(0);
    clearInterval(answeringPings);
    expect(server.module.events * 64 * KIB).toBeLessThan(MAX_BUFFERED_BYTES);
    await isCutUnread(socket, server.logged);
  });

  test('is disconnected if it keeps sending requests while more than a mebibyte waits for it', async () => {
    await using server = await start({ pingIntervalMs: HOUR_MS, stallTimeoutMs: HOUR_MS });
    const socket = await openWebSocket(server.address);
    socket.pause();
    let asked = 0;
    const asking = setInterval(() => {
      for (let count = 0; count < 10; count += 1) {
        asked += 1;
        socket.send(subscribe(asked, '{ photo(id: "a") { id } }'));
      }
    }, 10);
    await expect.poll(() => socket.readyState).not.toBe(WebSocket.OPEN);
    clearInterval(asking);
    expect(server.module.answers).toBeGreaterThan(16);
    expect(server.module.answers).toBeLessThan(asked);
    expect(server.module.answers * 64 * KIB).toBeLessThan(MAX_BUFFERED_BYTES);
  });
});

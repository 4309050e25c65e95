import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { unknownPhoto } from '../src/photos/photo.ts';
import { createEmptyModule } from './support/limits-empty-module.ts';
import { startBareServer } from './support/start-bare-server.ts';
import { createReadableLog } from './support/access-log.ts';
import { UNLIMITED } from '../src/server/admission/traffic/traffic.ts';
import { ask, from, openSocket, type Sender } from './support/traffic-transports.ts';

const HEALTH = 'GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n';
const traffic = { ...UNLIMITED, connectionsPerAddress: 2 };
let started: AsyncDisposableStack;
beforeEach(() => void (started = new AsyncDisposableStack()));
afterEach(() => started.disposeAsync());

async function start(trustedProxies: readonly string[] = []) {
  const { photos } = createEmptyModule();
  const readable = createReadableLog();
  const release = Promise.withResolvers<void>();
  const options = { traffic, trustedProxies, log: readable.log };
  const server = await startBareServer(
    {
      ...photos,
      async *ready() {
        await release.promise;
        yield () => unknownPhoto('a');
      },
    },
    options,
  );
  started.use(server);
  started.defer(() => release.resolve());
  return { ...server, ...readable, port: Number(new URL(server.url).port), release };
}

/** Opens a connection from an address of this machine. */
async function open(port: number, localAddress = '127.0.0.1'): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', localAddress });
  socket.on('error', () => undefined);
  started.defer(() => void socket.destroy());
  await once(socket, 'connect');
  return socket;
}

/** The response to `/health` on a connection; empty if it was closed. */
async function answerOn(socket: Socket): Promise<string> {
  socket.write(HEALTH);
  return text(socket).catch(() => '');
}

const query = (endpoint: string, sender: Sender) =>
  ask(`${endpoint}?query={__typename}`, { headers: sender });

/** Resolves once the stream is open. */
function stream(endpoint: string, sender: Sender, signal?: AbortSignal) {
  return fetch(endpoint, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream', ...sender },
    body: JSON.stringify({ query: 'subscription { photosReady(ids: ["a"]) { id } }' }),
    signal: signal ?? null,
  });
}

describe('an address', () => {
  test('may have a limited number of connections, and others are not affected', async () => {
    const { port, lines } = await start();
    const held = [await open(port), await open(port)];
    for (let attempt = 0; attempt < 2; attempt += 1) {
      expect(await answerOn(await open(port))).toBe('');
    }
    expect(await answerOn(await open(port, '127.0.0.2'))).toContain('alive');
    const warnings = lines.filter((line) => line.includes('MAX_CONNECTIONS_PER_ADDRESS'));
    expect(warnings).toHaveLength(1);
    for (const socket of held) expect(await answerOn(socket)).toContain('alive');
    // Both have ended.
    expect(await answerOn(await open(port))).toContain('alive');
  });

  test('may send requests on each of its connections', async () => {
    const { endpoint, release } = await start();
    const running = [await stream(endpoint, {}), await stream(endpoint, {})];
    expect(running.map(({ status }) => status)).toEqual([200, 200]);
    release.resolve();
    await Promise.all(running.map((response) => response.text()));
  });

  test('cannot get more by claiming another address', async () => {
    const { port } = await start(['10.0.0.0/8']);
    const held = [await open(port), await open(port)];
    const refused = await open(port);
    refused.write(HEALTH.replace('Host', 'X-Forwarded-For: 203.0.113.1\r\nHost'));
    expect(await text(refused).catch(() => '')).toBe('');
    expect(held).toHaveLength(2);
  });

  test('has its WebSockets counted too, until they are closed', async () => {
    const { port, endpoint } = await start();
    const { socket } = await openSocket(endpoint);
    await open(port);
    expect(await answerOn(await open(port))).toBe('');
    socket.terminate();
    await expect.poll(async () => answerOn(await open(port))).toContain('alive');
  });
});

describe('behind a trusted proxy an address', () => {
  const home = from('203.0.113.1');
  const elsewhere = from('203.0.113.2');

  test('may have a limited number of requests and WebSockets at a time, and others are not affected', async () => {
    const { endpoint, url, release } = await start(['127.0.0.1']);
    const running = await stream(endpoint, home);
    const { socket } = await openSocket(endpoint, home);
    const extensions = { code: 'RATE_LIMITED', retryable: true, retryAfterMs: 5000 };
    expect(await query(endpoint, home)).toEqual({
      status: 429,
      retryAfter: '5',
      failure: extensions,
    });
    const refused = await openSocket(endpoint, home);
    expect(refused.response?.statusCode).toBe(429);
    expect(refused.response?.headers['retry-after']).toBe('5');
    expect(await query(endpoint, elsewhere)).toMatchObject({ status: 200 });
    expect((await fetch(`${url}/health`, { headers: home })).status).toBe(200);
    release.resolve();
    await running.text();
    expect(await query(endpoint, home)).toMatchObject({ status: 200 });
    socket.terminate();
  });

  test.each(['answered', 'left'] as const)(
    'has a free slot again when its request is %s',
    async (how) => {
      const { endpoint, release } = await start(['127.0.0.1']);
      const controller = new AbortController();
      const running = [
        await stream(endpoint, home, controller.signal),
        await stream(endpoint, home, controller.signal),
      ];
      expect(await query(endpoint, home)).toMatchObject({ status: 429 });
      if (how === 'left') controller.abort();
      else release.resolve();
      await Promise.all(running.map((response) => response.text().catch(() => '')));
      await expect.poll(() => query(endpoint, home)).toMatchObject({ status: 200 });
    },
  );

  test('has a free slot again when its WebSocket is closed', async () => {
    const { endpoint } = await start(['127.0.0.1']);
    const first = await openSocket(endpoint, home);
    const second = await openSocket(endpoint, home);
    expect((await openSocket(endpoint, home)).response?.statusCode).toBe(429);
    first.socket.close();
    await expect
      .poll(async () => {
        const { socket, response } = await openSocket(endpoint, home);
        socket.terminate();
        return response?.statusCode ?? null;
      })
      .toBeNull();
    second.socket.terminate();
  });
});

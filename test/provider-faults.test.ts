import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { ProviderOptions } from '../src/provider/create-provider.ts';
import { connectProvider, uploadOf } from './support/provider-client.ts';
import { httpResponse, portOf, startWireServer } from './support/wire-server.ts';

const READY = JSON.stringify({ code: 200, data: { msg: '', status: 200 } });
const SHORT_TIMEOUTS: Partial<ProviderOptions> = {
  timeoutMs: 200,
  attemptTimeoutMs: 150,
  uploadTimeoutMs: 200,
  uploadIdleTimeoutMs: 150,
};

/** Reacts to the first bytes of a call with `act`. */
const onCall = (act: (socket: Socket) => void) => (socket: Socket) => {
  socket.on('end', () => socket.end());
  socket.once('data', () => {
    socket.resume();
    act(socket);
  });
};

const FAULTS: readonly [name: string, script: (socket: Socket) => void, code: string][] = [
  ['resets at once', (socket) => socket.resetAndDestroy(), 'UPSTREAM_UNAVAILABLE'],
  ['closes at once', (socket) => socket.destroy(), 'UPSTREAM_UNAVAILABLE'],
  ['never reads', (socket) => socket.pause(), 'UPSTREAM_TIMEOUT'],
  ['resets after the call', onCall((socket) => socket.resetAndDestroy()), 'UPSTREAM_UNAVAILABLE'],
  ['closes after the call', onCall((socket) => socket.end()), 'UPSTREAM_UNAVAILABLE'],
  ['hangs after the call', onCall(() => undefined), 'UPSTREAM_TIMEOUT'],
  [
    'hangs within the headers',
    onCall((socket) => socket.write('HTTP/1.1 200 OK\r\ncontent-le')),
    'UPSTREAM_TIMEOUT',
  ],
  [
    'hangs within the body',
    onCall((socket) => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{"code"')),
    'UPSTREAM_TIMEOUT',
  ],
  [
    'closes within the headers',
    onCall((socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-le')),
    'UPSTREAM_UNAVAILABLE',
  ],
  [
    'closes within the body',
    onCall((socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{"code"')),
    'UPSTREAM_UNAVAILABLE',
  ],
  [
    'resets within the body',
    onCall((socket) =>
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{"code"', () =>
        socket.resetAndDestroy(),
      ),
    ),
    'UPSTREAM_UNAVAILABLE',
  ],
  [
    'does not speak HTTP',
    onCall((socket) => socket.end('SSH-2.0-x\r\n')),
    'UPSTREAM_INVALID_RESPONSE',
  ],
  [
    'sends endless headers',
    onCall((socket) => socket.write(`HTTP/1.1 200 OK\r\n${'x: y\r\n'.repeat(20_000)}`)),
    'UPSTREAM_INVALID_RESPONSE',
  ],
  [
    'sends a page',
    onCall((socket) => socket.end(httpResponse('<html>'))),
    'UPSTREAM_INVALID_RESPONSE',
  ],
];

describe.for(FAULTS)('a provider that %s', ([, script, code]) => {
  // Only silence is to time out, however slow this machine is.
  const timeouts = code === 'UPSTREAM_TIMEOUT' ? SHORT_TIMEOUTS : {};

  test(`fails a safe call with ${code}`, async () => {
    await using server = await startWireServer(script);
    await using provider = connectProvider(server.url, timeouts);
    await expect(provider.status('id')).rejects.toMatchObject({ name: 'GatewayError', code });
  });

  test(`fails an upload with ${code}`, async () => {
    await using server = await startWireServer(script);
    await using provider = connectProvider(server.url, timeouts);
    const picture = uploadOf(Array.from({ length: 400 }, () => Buffer.alloc(65_536)));
    await expect(provider.upload(picture)).rejects.toMatchObject({ name: 'GatewayError', code });
  });
});

test('an answer of a hundred megabytes is given up after its beginning, with its connection', async () => {
  const closed = Promise.withResolvers<number>();
  const chunk = Buffer.alloc(1024 * 1024, ' ');
  await using server = await startWireServer((socket) => {
    socket.once('close', () => closed.resolve(socket.bytesWritten));
    socket.once('data', () => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 104857600\r\n\r\n');
      const push = () => {
        while (!socket.destroyed && socket.write(chunk));
      };
      socket.on('drain', push);
      push();
    });
  });
  await using provider = connectProvider(server.url);
  await expect(provider.status('id')).rejects.toMatchObject({ code: 'UPSTREAM_INVALID_RESPONSE' });
  // The rest of what had been sent fits into the buffers of two sockets.
  expect(await closed.promise).toBeLessThan(30 * 1024 * 1024);
});

test('a connection with an invalid answer is used for the next call', async () => {
  await using server = await startWireServer((socket) => {
    let calls = 0;
    socket.on('data', () => {
      calls += 1;
      socket.write(httpResponse(calls === 1 ? '<html>' : READY));
    });
  });
  await using provider = connectProvider(server.url);
  await expect(provider.status('id')).rejects.toMatchObject({ code: 'UPSTREAM_INVALID_RESPONSE' });
  await turn();
  expect(await provider.status('id')).toBe('READY');
  expect(server.sockets).toHaveLength(1);
});

test('a connection that the provider has closed while idle is not used again', async () => {
  await using server = await startWireServer((socket) => {
    socket.on('data', () => socket.end(httpResponse(READY)));
  });
  await using provider = connectProvider(server.url, { maxAttempts: 1 });
  for (let count = 1; count <= 5; count += 1) {
    expect(await provider.status('id')).toBe('READY');
    expect(server.sockets).toHaveLength(count);
  }
});

test('a provider that refuses connections is unavailable', async () => {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const port = portOf(server.address());
  server.close();
  await once(server, 'close');
  await using provider = connectProvider(`http://127.0.0.1:${port}`);
  const unavailable = { code: 'UPSTREAM_UNAVAILABLE', cause: { code: 'ECONNREFUSED' } };
  await expect(provider.status('id')).rejects.toMatchObject(unavailable);
  await expect(provider.upload(uploadOf([Buffer.from('x')]))).rejects.toMatchObject(unavailable);
});

test('a provider whose name does not resolve is unavailable', async () => {
  await using provider = connectProvider('http://nobody.invalid');
  await expect(provider.status('id')).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
});

test('a safe call ends at its deadline, however long its attempts may take', async () => {
  await using server = await startWireServer((socket) => {
    socket.resume();
  });
  await using provider = connectProvider(server.url, {
    timeoutMs: 100,
    attemptTimeoutMs: 3_600_000,
  });
  await expect(provider.status('id')).rejects.toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
});

test('a call waits for a connection only within its own timeout', async () => {
  await using server = await startWireServer((socket) => {
    socket.resume();
  });
  await using provider = connectProvider(server.url, { maxConnections: 1, timeoutMs: 300 });
  const holding = new AbortController();
  const holder = provider.upload(uploadOf([Buffer.from('x')]), holding.signal);
  await expect(provider.status('id')).rejects.toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
  holding.abort();
  await expect(holder).rejects.toMatchObject({ name: 'AbortError' });
});

import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { pino } from 'pino';
import { describe, expect, test } from 'vitest';
import { startHttpServer, type HttpServerOptions } from '../src/server/transports/http-server.ts';

/** The HTTP server alone. It reads every request, and answers the complete ones. */
async function start(options: Partial<HttpServerOptions> = {}) {
  const logged: string[] = [];
  const server = await startHttpServer({
    host: '127.0.0.1',
    port: 0,
    requestTimeoutMs: 10_000,
    maxConnections: 10,
    log: pino({}, { write: (line) => void logged.push(line) }),
    onRequest: (req, res) => req.resume().on('end', () => res.end('answered')),
    ...options,
  });
  const port = Number(new URL(server.url).port);
  async function close() {
    server.terminate();
    await server.close();
  }
  return { port, logged, [Symbol.asyncDispose]: close };
}

/** Connects, sends `head`, and resolves with the response up to the end of the connection. */
async function exchange(port: number, head: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.write(head);
  return text(socket);
}

async function open(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  // The server cuts some of them.
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

const whole = 'GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n';
const begin = 'POST / HTTP/1.1\r\nHost: localhost\r\n';

describe('a connection is cut', () => {
  const shortTimeouts = { headersTimeoutMs: 100, requestTimeoutMs: 100, checkIntervalMs: 20 };

  test('that never sends anything', async () => {
    await using server = await start(shortTimeouts);
    expect(await exchange(server.port, '')).toMatch(/^HTTP\/1.1 408 Request Timeout\r\n/);
  });

  test('whose headers arrive slowly without end', async () => {
    await using server = await start({ ...shortTimeouts, requestTimeoutMs: 60_000 });
    const socket = await open(server.port);
    socket.write(begin);
    const drip = setInterval(() => socket.write('X: y\r\n'), 10);
    const answer = await text(socket);
    clearInterval(drip);
    expect(answer).toMatch(/^HTTP\/1.1 408 Request Timeout\r\n/);
  });

  test('whose body stalls', async () => {
    await using server = await start(shortTimeouts);
    const answer = await exchange(server.port, `${begin}Content-Length: 10\r\n\r\nabc`);
    expect(answer).toMatch(/^HTTP\/1.1 408 Request Timeout\r\n/);
  });

  test('whose body arrives slowly without end', async () => {
    await using server = await start(shortTimeouts);
    const socket = await open(server.port);
    socket.write(`${begin}Transfer-Encoding: chunked\r\n\r\n`);
    const drip = setInterval(() => socket.write('1\r\na\r\n'), 10);
    const answer = await text(socket);
    clearInterval(drip);
    expect(answer).toMatch(/^HTTP\/1.1 408 Request Timeout\r\n/);
  });
});

describe('431 is the answer to', () => {
  test.each([
    ['a header of 16 KiB', `${begin}X: ${'y'.repeat(16_384)}\r\n\r\n`],
    ['headers of 16 KiB together', `${begin}${`X: ${'y'.repeat(400)}\r\n`.repeat(41)}\r\n`],
    ['an address of 16 KiB', `GET /${'y'.repeat(16_384)} HTTP/1.1\r\nHost: localhost\r\n\r\n`],
    ['more than 100 headers', `${begin}${'X: y\r\n'.repeat(100)}\r\n`],
  ])('%s', async (_what, head) => {
    await using server = await start();
    expect(await exchange(server.port, head)).toMatch(
      /^HTTP\/1.1 431 Request Header Fields Too Large\r\n/,
    );
    expect(await exchange(server.port, whole)).toContain('answered');
  });

  test('nothing smaller', async () => {
    await using server = await start();
    const headers = `X: ${'y'.repeat(150)}\r\n`.repeat(97);
    const answer = await exchange(server.port, whole.replace('Connection', `${headers}Connection`));
    expect(answer).toContain('answered');
  });
});

test('connections over the limit are closed, and existing ones continue', async () => {
  await using server = await start({ maxConnections: 2 });
  const [first, second] = [await open(server.port), await open(server.port)];
  for (let attempt = 0; attempt < 2; attempt += 1) {
    const refused = await open(server.port);
    refused.write(whole);
    expect(await text(refused).catch(() => '')).toBe('');
  }
  expect(server.logged).toHaveLength(1);
  expect(server.logged[0]).toContain('MAX_CONNECTIONS');
  first.write(whole);
  expect(await text(first)).toContain('answered');
  expect(await exchange(server.port, whole)).toContain('answered');
  second.write(whole);
  expect(await text(second)).toContain('answered');
});

test('a client is asked to reconnect after 1000 requests on one connection', async () => {
  await using server = await start();
  const socket = await open(server.port);
  const request = 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n';
  socket.write(request);
  let answers = '';
  for await (const piece of socket) {
    answers += String(piece);
    const answered = answers.match(/answered/g)?.length ?? 0;
    if (answered === 1000) break;
    if (answers.endsWith('answered')) socket.write(request);
  }
  expect(answers.match(/^Connection: close/gm)).toHaveLength(1);
  expect(answers.slice(answers.lastIndexOf('HTTP/1.1'))).toContain('Connection: close');
});

test('a client that offers HTTP/2 is answered in HTTP/1.1', async () => {
  await using server = await start();
  const offer =
    'Connection: Upgrade, HTTP2-Settings, close\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk';
  expect(await exchange(server.port, whole.replace('Connection: close', offer))).toMatch(
    /^HTTP\/1.1 200 OK\r\n[^]*answered/,
  );
});

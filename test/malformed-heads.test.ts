import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { pino } from 'pino';
import { describe, expect, test } from 'vitest';
import { everybody } from '../src/access/everybody.ts';
import { createEmptyModule } from './support/limits-empty-module.ts';
import { startBareServer } from './support/start-bare-server.ts';
import { UPGRADE_HEADERS } from './support/web-socket-upgrade.ts';

/** A server that accepts any host name, so that no check of names runs before. */
async function start(options: Parameters<typeof startBareServer>[1] = {}) {
  const logged: string[] = [];
  const log = pino({}, { write: (line) => void logged.push(line) });
  const server = await startBareServer(createEmptyModule().photos, { log, ...options });
  const port = Number(new URL(server.url).port);

  async function answerTo(head: string) {
    const socket = connect(port, '127.0.0.1');
    socket.write(head);
    const answer = await text(socket);
    const [top = '', body = ''] = answer.split('\r\n\r\n', 2);
    return { status: Number(top.split(' ')[1]), top, body };
  }
  return { ...server, logged, answerTo };
}

const get = (target: string, headers = 'Host: localhost') =>
  `GET ${target} HTTP/1.1\r\n${headers}\r\nConnection: close\r\n\r\n`;

const upgrade = UPGRADE_HEADERS.join('\r\n');

const hosts = ['[', '[::1', 'a b', 'a:b', 'a:99999', 'a@b', 'a/b', 'a#b', 'a?b', 'a\\b', '%', '<>'];
const targets = [
  '//',
  '//evil.example/graphql',
  'http://localhost/graphql?query={__typename}',
  '*',
  '/graphql?query=%',
  '/graphql?query=%zz',
  '/graphql?query=%ff',
  '/%c0%af',
  '/studio/%',
  '/archive/%e0%80',
  '/caf\u00e9',
];

/** Expects one error in JSON that reveals no internals. */
function expectRefused({ status, top, body }: { status: number; top: string; body: string }) {
  expect(status).toBe(400);
  expect(top).toMatch(/^content-type: application\/json/im);
  expect(top).toMatch(/^x-content-type-options: nosniff$/im);
  expect(JSON.parse(body)).toEqual({ error: expect.stringMatching(/^[A-Z][^\n]+\.$/) });
  expect(body).not.toMatch(/\bat |node:|file:|\/src\//);
}

describe('400 is the answer to', () => {
  test.each(hosts)('the host %j', async (host) => {
    await using server = await start();
    for (const target of ['/graphql?query={__typename}', '/', '/health', '/nothing']) {
      expectRefused(await server.answerTo(get(target, `Host: ${host}`)));
    }
    expectRefused(
      await server.answerTo(`GET /graphql HTTP/1.1\r\nHost: ${host}\r\n${upgrade}\r\n\r\n`),
    );
    expect(server.logged).toEqual([]);
  });

  test.each(targets)('the target %j', async (target) => {
    await using server = await start();
    const answer = await server.answerTo(get(target));
    expectRefused(answer);
    expect(server.logged).toEqual([]);
  });

  test.each([
    ['two hosts', 'GET / HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n'],
    ['no host', 'GET / HTTP/1.1\r\n\r\n'],
    ['not HTTP', 'nonsense\r\n\r\n'],
    ['an unknown method', 'MAKE / HTTP/1.1\r\nHost: localhost\r\n\r\n'],
    ['a header without a name', 'GET / HTTP/1.1\r\nHost: localhost\r\n: x\r\n\r\n'],
    ['a header with a NUL', 'GET / HTTP/1.1\r\nHost: localhost\r\nX: a\0b\r\n\r\n'],
  ])('%s', async (_what, head) => {
    await using server = await start();
    expectRefused(
      await server.answerTo(head.replace(/\r\n\r\n$/, '\r\nConnection: close\r\n\r\n')),
    );
    expect(server.logged).toEqual([]);
  });

  test.each([
    ['variables', '%7B'],
    ['variables', '%5B%5D'],
    ['variables', '1'],
    ['variables', 'null%20x'],
    ['extensions', '%7B'],
    ['extensions', '%22a%22'],
    ['extensions', '%7B%22persistedQuery%22%3A%7D'],
  ])('%s=%s, which is not the expected JSON', async (name, value) => {
    await using server = await start();
    for (const accept of ['application/json', 'application/graphql-response+json']) {
      const address = `${server.endpoint}?query=%7B__typename%7D&${name}=${value}`;
      const answer = await fetch(address, { headers: { accept } });
      expect(answer.status).toBe(400);
      expect(answer.headers.get('content-type')).toContain(accept);
      const body = await answer.text();
      expect(JSON.parse(body)).toMatchObject({
        errors: [{ message: expect.stringContaining(name) }],
      });
      expect(body).not.toMatch(/\bat |node:|file:|INTERNAL/);
    }
    expect(server.logged).toEqual([]);
  });
});

test('too large a head is answered 431, and a late one 408, also in JSON', async () => {
  await using server = await start();
  const { status, body } = await server.answerTo(
    get('/', `Host: localhost\r\nX: ${'y'.repeat(17_000)}`),
  );
  expect(status).toBe(431);
  expect(JSON.parse(body)).toEqual({ error: expect.stringMatching(/^[A-Z][^\n]+\.$/) });
});

test.each(['TRACE', 'PROPFIND', 'QUERY', 'OPTIONS'])(
  'an unsupported method is refused: %s',
  async (method) => {
    await using server = await start();
    const answer = await server.answerTo(get('/graphql').replace('GET', method));
    expect(answer.status).toBe(405);
    expect(answer.body).not.toMatch(/\bat |node:|file:/);
    expect(server.logged).toEqual([]);
  },
);

test('an unexpected error shows the client only its request id, and the log has the rest', async () => {
  const access = {
    ...everybody,
    admit: () => Promise.reject(new Error('a secret of the inside')),
  };
  await using server = await start({ access });
  const answer = await fetch(`${server.endpoint}?query={__typename}`, {
    headers: { 'x-request-id': 'mine' },
  });
  expect(answer.status).toBe(500);
  expect(await answer.json()).toEqual({
    errors: [
      {
        message: expect.stringContaining('mine'),
        extensions: { code: 'INTERNAL_SERVER_ERROR', retryable: false, requestId: 'mine' },
      },
    ],
  });
  expect(server.logged.join('')).toContain('a secret of the inside');
});

test('a form that is refused for its head is reported as free', async () => {
  const form = 'Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 0';
  for (const [allowedHosts, host, status] of [
    [null, '[', 400],
    [['photos.example.com'], 'evil.example', 421],
  ] as const) {
    await using server = await start({ allowedHosts });
    const head = `POST /graphql HTTP/1.1\r\nHost: ${host}\r\n${form}\r\n\r\n`;
    const answer = await server.answerTo(head);
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.body)).toEqual({ error: expect.any(String), charged: false });
  }
});

import { connect } from 'node:net';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { createEmptyModule } from './support/limits-empty-module.ts';
import { startBareServer } from './support/start-bare-server.ts';

const odd = fc.string({
  unit: fc.constantFrom(
    '/',
    '//',
    '\\',
    '[',
    ']',
    '%',
    '%zz',
    '%ff',
    '%00',
    '%2e',
    '..',
    '?',
    '#',
    '&',
    '=',
    ':',
    '@',
    '{',
    '}',

    'graphql',
    'localhost',
    'query',
    'variables',
    'extensions',
    '__typename',
    '__proto__',
    'null',
    '1',
    '"',
    '\u00e9',
    '\u0080',
    '\0',
    '\t',
    ' ',
    ',',
    ';',
    '*',
    'http:',
    'ws:',
    'x',
  ),
  maxLength: 12,
});
const method = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('GET', 'POST', 'OPTIONS', 'HEAD') },
  { weight: 2, arbitrary: fc.constantFrom('TRACE', 'PUT', 'DELETE', 'CONNECT', 'PRI', 'get', '') },
);
const target = fc.oneof(
  odd,
  odd.map((text) => `/${text}`),
  fc
    .tuple(fc.constantFrom('query', 'variables', 'extensions', 'operationName', 'documentId'), odd)
    .map(([name, text]) => `/graphql?query={__typename}&${name}=${text.replaceAll(' ', '+')}`),
  fc.constantFrom('/', '/graphql', '/health', '/ready', '/archive/a', '/studio/', '/explorer/'),
);
const header = fc.tuple(
  fc.constantFrom(
    'Host',
    'Accept',
    'Origin',
    'Content-Type',
    'Content-Length',
    'Transfer-Encoding',
    'Expect',
    'Authorization',
    'X-API-Key',
    'X-Request-Id',
    'Idempotency-Key',
    'Upgrade',
    'Connection',

    'Access-Control-Request-Method',
    'Sec-Fetch-Site',
    'X-Forwarded-For',
    'Range',
    'traceparent',
  ),
  fc.oneof(
    odd,
    fc.constantFrom(
      'websocket',
      'close',
      'chunked',
      'text/html',
      'text/event-stream',
      'cross-site',
      '0',
      '5',
    ),
    fc.constantFrom(
      'application/json',
      'multipart/form-data; boundary=x',
      '100-continue',
      'Upgrade',
    ),
  ),
);
const head = fc
  .tuple(
    method,
    target,
    fc.constantFrom('HTTP/1.1', 'HTTP/1.0', 'HTTP/9.9'),
    fc.boolean(),
    fc.array(header, { maxLength: 5 }),
  )
  .map(([verb, path, version, named, headers]) =>
    [
      `${verb} ${path} ${version}`,
      ...(named ? ['Host: localhost'] : []),
      ...headers.map(([name, value]) => `${name}: ${value}`),
    ].join('\r\n'),
  );

/** The complete response to `text`, after which nothing more is sent. */
function answerTo(port: number, text: string): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const socket = connect(port, '127.0.0.1');
  let answer = '';
  socket.on('data', (chunk) => (answer += chunk.toString('latin1')));
  // The server may cut the connection; what arrived until then counts.
  socket.on('error', () => undefined);
  socket.once('close', () => resolve(answer));
  socket.end(text, 'latin1');
  return promise;
}

const INSIDE = /\n\s+at |node:internal|file:\/\/|\/src\/|node_modules/;

test('no head of a request causes a server error or reveals internals', async () => {
  await using server = await startBareServer(createEmptyModule().photos, {
    corsOrigins: ['http://a'],
  });
  const port = Number(new URL(server.url).port);
  await fc.assert(
    fc.asyncProperty(head, async (text) => {
      const answer = await answerTo(port, `${text}\r\n\r\n`);
      for (const [, status] of answer.matchAll(/HTTP\/1\.1 (\d{3})/g)) {
        expect(status).toMatch(/^[1-4]|503/);
      }
      expect(answer).not.toMatch(INSIDE);
      expect(answer.length).toBeLessThan(100_000);
    }),
    { numRuns: 600 },
  );
  expect((await fetch(`${server.url}/health`)).status).toBe(200);
});

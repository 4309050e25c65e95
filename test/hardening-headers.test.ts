import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, describe, expect, test } from 'vitest';
import { dataOf, sendFile } from './support/graphql-client.ts';
import { readFixture } from './support/fixtures.ts';
import { startGateway } from './support/start-gateway.ts';
import { UploadPhotoDocument } from '../schema/typed/graphql.ts';

const gateway = await startGateway();
afterAll(() => gateway.close());

const json = { 'content-type': 'application/json' };
const post = (body: string, headers: Readonly<Record<string, string>> = json) => ({
  method: 'POST',
  headers,
  body,
});
const query = '{"query":"{ __typename }"}';
const events = { ...json, accept: 'text/event-stream' };

const answers: readonly (readonly [string, string, RequestInit])[] = [
  ['/health', '/health', {}],
  ['/ready', '/ready', {}],
  ['nothing', '/nothing', {}],
  ['a result', '/graphql', post(query)],
  ['a stream of events', '/graphql', post(query, events)],
  ['a result of GET', '/graphql?query={__typename}', {}],
  ['a malformed body', '/graphql', post('{')],
  ['an invalid operation', '/graphql', post('{"query":"{ nonsense }"}')],
  ['a body of another type', '/graphql', post(query, { 'content-type': 'text/plain' })],
  ['a form without its header', '/graphql', { method: 'POST', body: new FormData() }],
  ['a method that is not understood', '/graphql', { method: 'PUT', body: 'x' }],
  ['a media type that is not supported', '/graphql', post(query, { ...json, accept: 'image/png' })],
  ['a refused GET', '/graphql?query={__typename}', { headers: { 'sec-fetch-site': 'cross-site' } }],
];
const pages = [
  ['the studio', '/', {}],
  ['the explorer', '/graphql', { headers: { accept: 'text/html' } }],
] as const;

/** A version, but no address. */
const VERSION = /(?<![\d.])(?!127\.0\.0\.1)\d+\.\d+\.\d+/;
const PRODUCT = /yoga|express|\bnode\b|undici/i;

const answerTo = (path: string, init: RequestInit) => fetch(`${gateway.url}${path}`, init);

describe.each([...answers, ...pages])('%s', (_what, path, init) => {
  test('cannot be taken for another type, framed, or loaded by other origins', async () => {
    const { headers } = await answerTo(path, init);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('x-frame-options')).toBe('DENY');
    expect(headers.get('content-security-policy')).toMatch(
      /default-src 'none'.*frame-ancestors 'none'/,
    );
    expect(headers.get('cross-origin-resource-policy')).toBe('same-origin');
  });

  test('names no product and no version', async () => {
    const response = await answerTo(path, init);
    const head = [...response.headers].map((line) => line.join(': ')).join('\n');
    expect(head).not.toMatch(/^(server|via|\S*(powered|version)\S*):/m);
    expect(head).not.toMatch(VERSION);
    expect(head).not.toMatch(PRODUCT);
    const body = await response.text();
    expect(body).not.toMatch(VERSION);
    expect(body).not.toMatch(PRODUCT);
  });
});

describe('Node’s own answers name neither', () => {
  test.each([
    ['not HTTP', 'nonsense\r\n\r\n'],
    ['too large a header', `GET / HTTP/1.1\r\nHost: localhost\r\nX: ${'y'.repeat(20_000)}\r\n\r\n`],
    ['no host', 'GET / HTTP/1.1\r\n\r\n'],
    [
      'two lengths',
      'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n',
    ],
    [
      'an expectation',
      'GET / HTTP/1.1\r\nHost: localhost\r\nExpect: wonders\r\nConnection: close\r\n\r\n',
    ],
  ])('%s', async (_what, request) => {
    const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1');
    await once(socket, 'connect');
    socket.write(request);
    const answer = (await text(socket)).replace(/^HTTP\/1.1 /, '');
    expect(answer).toMatch(/^4\d\d /);
    expect(answer).not.toMatch(VERSION);
    expect(answer).not.toMatch(PRODUCT);
  });
});

test('an archived picture may be shown by other pages, and is never executed or taken for another type', async () => {
  const uploaded = await sendFile(gateway, UploadPhotoDocument, {
    file: await readFixture('landscape-small.jpg'),
    repairType: 'REPAIR',
    waitSeconds: 20,
  });
  const { id } = dataOf(uploaded).uploadPhoto;
  const archived = () =>
    fetch(
      gateway.endpoint,
      post(JSON.stringify({ query: `{ photo(id: "${id}") { downloadUrl { url } expiresAt } }` })),
    );
  await expect.poll(async () => (await archived()).text()).toContain('"expiresAt":null');
  const [, url = ''] = /"url":"([^"]+)"/.exec(await (await archived()).text()) ?? [];
  const { headers } = await fetch(url);
  expect(Object.fromEntries(headers)).toMatchObject({
    'content-type': 'image/jpeg',
    'content-security-policy': "default-src 'none'; sandbox",
    'cross-origin-resource-policy': 'cross-origin',
    'x-content-type-options': 'nosniff',
  });
});

import { request } from 'undici';
import { describe, expect, test } from 'vitest';
import { everybody } from '../src/access/everybody.ts';
import { GatewayError } from '../src/common/errors.ts';
import { createEmptyModule } from './support/limits-empty-module.ts';
import { startBareServer } from './support/start-bare-server.ts';

const json = { 'content-type': 'application/json' };
const post = (body: string, headers: Readonly<Record<string, string>> = json) => ({
  method: 'POST',
  headers,
  body,
});

const answers: readonly (readonly [string, string, RequestInit])[] = [
  ['a result of GET', '?query={__typename}', {}],
  ['an error of GET', '?query={nonsense}', {}],
  ['a syntax error of GET', '?query={', {}],
  ['malformed variables', '?query={__typename}&variables={', {}],
  ['a result of POST', '', post('{"query":"{ __typename }"}')],
  ['a malformed body', '', post('{')],
  ['a body of another type', '', post('x', { 'content-type': 'text/plain' })],
  ['a method that is not understood', '', { method: 'DELETE' }],
  [
    'a media type that is not supported',
    '?query={__typename}',
    { headers: { accept: 'image/png' } },
  ],
  ['a form without its header', '', { method: 'POST', body: new FormData() }],
  ['a refused GET', '?query={__typename}', { headers: { 'sec-fetch-site': 'cross-site' } }],
];

/** No cache on the way may give one client's response to another. */
function expectPrivate({ headers }: Response) {
  expect(headers.get('cache-control')).toBe('private, no-store');
}

describe('no cache stores', () => {
  test.each(answers)(
    '%s, or confuses it with that of another client',
    async (_what, query, init) => {
      await using server = await startBareServer(createEmptyModule().photos);
      const answer = await fetch(server.endpoint + query, init);
      expectPrivate(answer);
      expect(answer.headers.get('vary')).toBe(
        'Authorization, X-API-Key, Origin, Accept, Accept-Encoding',
      );
      await answer.bytes();
    },
  );

  test('a refusal of a client', async () => {
    const access = {
      ...everybody,
      admit: () => Promise.reject(new GatewayError('UNAUTHENTICATED', 'No.')),
    };
    await using server = await startBareServer(createEmptyModule().photos, { access });
    const answer = await fetch(`${server.endpoint}?query={__typename}`);
    expect(answer.status).toBe(401);
    expectPrivate(answer);
    expect(answer.headers.get('vary')).toBe(
      'Authorization, X-API-Key, Origin, Accept, Accept-Encoding',
    );
  });

  test.each(['/health', '/ready', '/metrics', '/nothing', '/archive/unknown', '/graphql%'])(
    'the answer of %s',
    async (path) => {
      await using server = await startBareServer(createEmptyModule().photos);
      const { headers } = await fetch(server.url + path);
      expect(headers.get('cache-control')).toBe('private, no-store');
    },
  );

  test('the redirect to the explorer', async () => {
    await using server = await startBareServer(createEmptyModule().photos, { studio: false });
    const answer = await fetch(server.url, { redirect: 'manual' });
    expect(answer.status).toBe(302);
    expectPrivate(answer);
  });

  test('the answer to a misdirected request', async () => {
    await using server = await startBareServer(createEmptyModule().photos, { allowedHosts: [] });
    const { statusCode, headers, body } = await request(server.url, { headers: { host: 'other' } });
    expect(statusCode).toBe(421);
    expect(headers['cache-control']).toBe('private, no-store');
    await body.dump();
  });

  test('an event of a stream', async () => {
    await using server = await startBareServer(createEmptyModule().photos);
    const query = encodeURIComponent('subscription { photoReady(id: "a") { id } }');
    const accept = 'text/event-stream';
    const answer = await fetch(`${server.endpoint}?query=${query}`, { headers: { accept } });
    expect(answer.headers.get('cache-control')).toMatch(/no-cache|no-store/);
    expect(answer.headers.get('vary')).toBe(
      'Authorization, X-API-Key, Origin, Accept, Accept-Encoding',
    );
    await answer.bytes();
  });
});

test('a page is distinguished from the answers at its address', async () => {
  await using server = await startBareServer(createEmptyModule().photos);
  const page = await fetch(server.endpoint, { headers: { accept: 'text/html' } });
  expect(page.headers.get('content-type')).toContain('text/html');
  expect(page.headers.get('vary')).toContain('Accept');
  await page.bytes();
});

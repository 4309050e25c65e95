import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { getIntrospectionQuery } from 'graphql';
import { request } from 'undici';
import { afterAll, describe, expect, test } from 'vitest';
import { acceptedCodings } from '../src/server/accepted-coding.ts';
import { addressOf } from './support/limits-transports.ts';
import { accountAt } from './support/listen.ts';
import { startGatewayOf } from './support/start-gateway.ts';

const gateway = await startGatewayOf(accountAt('http://127.0.0.1:1'));
afterAll(() => gateway.close());

const query = getIntrospectionQuery();

/** Sends without a word about codings of its own, as `fetch` would add. */
async function send(address: string, headers: Readonly<Record<string, string>>, body?: string) {
  const json =
    body === undefined
      ? {}
      : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)) };
  const answer = await request(address, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { ...headers, ...json },
    ...(body !== undefined && { body }),
  });
  const bytes = Buffer.from(await answer.body.bytes());
  expect(answer.headers['content-length']).toBe(String(bytes.length));
  return { headers: answer.headers, bytes };
}

const unpack = { br: brotliDecompressSync, gzip: gunzipSync } as const;

describe.each([
  ['an answer to a POST', gateway.endpoint, JSON.stringify({ query })],
  ['an answer to a GET', addressOf(gateway.endpoint, { query }), undefined],
  ['the studio', gateway.url, undefined],
])('%s', (_what, address, body) => {
  test.each(['br', 'gzip'] as const)(
    'is compressed by %s where it is asked for',
    async (coding) => {
      const plain = await send(address, {}, body);
      const packed = await send(address, { 'accept-encoding': coding }, body);
      expect(plain.headers['content-encoding']).toBeUndefined();
      expect(packed.headers['content-encoding']).toBe(coding);
      expect(packed.headers['content-type']).toBe(plain.headers['content-type']);
      expect(packed.bytes.length).toBeLessThan(plain.bytes.length / 2);
      expect(unpack[coding](packed.bytes).equals(plain.bytes)).toBe(true);
      for (const { headers } of [plain, packed])
        expect(headers['vary']).toContain('Accept-Encoding');
    },
  );
});

test('a small answer is not compressed', async () => {
  const body = JSON.stringify({ query: '{ __typename }' });
  const { headers, bytes } = await send(gateway.endpoint, { 'accept-encoding': 'gzip, br' }, body);
  expect(headers['content-encoding']).toBeUndefined();
  expect(bytes.toString()).toBe('{"data":{"__typename":"Query"}}');
});

test.each(['text/event-stream', 'multipart/mixed'])('%s is not compressed', async (accept) => {
  const address = addressOf(gateway.endpoint, { query });
  const answer = await request(address, { headers: { accept, 'accept-encoding': 'gzip, br' } });
  expect(answer.headers['content-type']).toContain(accept);
  expect(answer.headers['content-encoding']).toBeUndefined();
  expect(await answer.body.text()).toContain('__schema');
});

test.each([
  ['', []],
  ['gzip, deflate, br, zstd', ['br', 'gzip']],
  ['gzip', ['gzip']],
  ['GZIP;q=0.8, br;q=0.2', ['gzip', 'br']],
  ['gzip;q=0, *', ['br']],
  ['*;q=0.1', ['br', 'gzip']],
  ['identity, br;q=0, gzip; q=0.000', []],
  ['x-gzip', ['gzip']],
  ['gzip;q=x, br;;', ['br']],
  ['brotli, bgzip', []],
])('Accept-Encoding: %s allows %j', (header, codings) => {
  expect(acceptedCodings(header)).toEqual(codings);
});

describe('HEAD', () => {
  test.each([
    ['/', {}],
    ['/graphql', { accept: 'text/html' }],
    [`/graphql?query=${encodeURIComponent('{ __typename }')}`, { accept: 'application/json' }],
    [`/graphql?query=${encodeURIComponent(query)}`, { 'accept-encoding': 'gzip' }],
    ['/graphql?query=%7B', { accept: 'application/json' }],
    ['/health', {}],
    ['/nothing', {}],
  ])('is answered as GET is, without a body: %#', async (path, headers) => {
    const [head, get] = await Promise.all(
      (['HEAD', 'GET'] as const).map((method) => request(gateway.url + path, { method, headers })),
    );
    if (!head || !get) throw new Error('two requests have two answers');
    expect(head.statusCode).toBe(get.statusCode);
    for (const name of ['content-type', 'content-length', 'content-encoding', 'vary']) {
      expect([name, head.headers[name]]).toEqual([name, get.headers[name]]);
    }
    expect(await head.body.text()).toBe('');
    await get.body.dump();
  });

  test('of a subscription ends at once', async () => {
    const subscription = 'subscription { photoReady(id: "a") { id } }';
    const answer = await request(addressOf(gateway.endpoint, { query: subscription }), {
      method: 'HEAD',
      headers: { accept: 'text/event-stream' },
    });
    expect(answer.headers['content-type']).toBe('text/event-stream');
    expect(await answer.body.text()).toBe('');
  });

  test('of a mutation is refused as a GET is', async () => {
    const address = addressOf(gateway.endpoint, { query: 'mutation { __typename }' });
    const answer = await request(address, { method: 'HEAD' });
    expect(answer.statusCode).toBe(405);
  });
});

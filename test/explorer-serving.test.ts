import { mkdtemp, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { Client, request } from 'undici';
import { describe, expect, test } from 'vitest';
import { createExplorer } from '../src/server/pages/explorer.ts';
import { startGatewayOf } from './support/start-gateway.ts';

const account = {
  PHOTO_API_URL: 'http://127.0.0.1:1',
  PHOTO_THIRD_CODE: 'test',
  PHOTO_SECRET_KEY: 'test',
};
const asBrowser = { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' };

/** The address of the page's script, which the page references by a relative path. */
async function scriptOf(endpoint: string): Promise<string> {
  const page = await (await fetch(endpoint, { headers: asBrowser })).text();
  const source = /<script[^>]* src="([^"]+)"/.exec(page)?.[1] ?? '';
  expect(source).toMatch(/^\.\/explorer\/assets\/.+\.js$/);
  return new URL(source, endpoint).href;
}

describe('the explorer beside GraphQL on one path', () => {
  test('a browser gets the page, which may not be framed, and which caches must revalidate', async () => {
    await using gateway = await startGatewayOf(account);
    const page = await fetch(gateway.endpoint, { headers: asBrowser });
    expect(page.status).toBe(200);
    expect(Object.fromEntries(page.headers)).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-cache',
      vary: 'Authorization, X-API-Key, Origin, Accept, Accept-Encoding',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'same-origin',
      'content-security-policy': expect.stringMatching(
        /^default-src 'none'; script-src 'self';.* frame-ancestors 'none'$/,
      ),
    });
    const head = await fetch(gateway.endpoint, { method: 'HEAD', headers: asBrowser });
    expect(page.headers.get('content-length')).toMatch(/^\d+$/);
    expect(head.headers.get('content-length')).toBe(page.headers.get('content-length'));
  });

  test.each([
    ['a GET with an operation', '?query={__typename}', { headers: asBrowser }],
    [
      'a POST that accepts HTML too',
      '',
      {
        method: 'POST',
        headers: { ...asBrowser, 'content-type': 'application/json' },
        body: '{"query":"{__typename}"}',
      },
    ],
  ])('%s is answered by GraphQL', async (_what, query, init) => {
    await using gateway = await startGatewayOf(account);
    const response = await fetch(gateway.endpoint + query, init);
    expect(await response.json()).toEqual({ data: { __typename: 'Query' } });
  });

  test('a GET that does not accept HTML does not get the page', async () => {
    await using gateway = await startGatewayOf(account);
    const response = await fetch(gateway.endpoint, { headers: { accept: 'application/json' } });
    expect(response.headers.get('content-type')).not.toContain('text/html');
  });
});

describe("the explorer's files", () => {
  test('are cached for ever, and compressed for clients that support it', async () => {
    await using gateway = await startGatewayOf(account);
    const script = await scriptOf(gateway.endpoint);
    const plain = await request(script);
    const gzip = await request(script, { headers: { 'accept-encoding': 'gzip, deflate' } });
    const brotli = await request(script, { headers: { 'accept-encoding': 'gzip, deflate, br' } });
    for (const { headers } of [plain, gzip, brotli]) {
      expect(headers).toMatchObject({
        'content-type': 'text/javascript; charset=utf-8',
        'cache-control': 'public, max-age=31536000, immutable',
        vary: 'Origin, Accept-Encoding',
        'x-content-type-options': 'nosniff',
        'content-security-policy': expect.stringContaining("default-src 'none'"),
      });
    }
    expect(plain.headers['content-encoding']).toBeUndefined();
    expect(gzip.headers['content-encoding']).toBe('gzip');
    expect(brotli.headers['content-encoding']).toBe('br');
    const whole = await plain.body.bytes();
    const [packed, smaller] = [await gzip.body.bytes(), await brotli.body.bytes()];
    expect(packed.length).toBeLessThan(whole.length / 2);
    expect(smaller.length).toBeLessThan(packed.length);
    expect(gunzipSync(packed).equals(whole)).toBe(true);
    expect(brotliDecompressSync(smaller).equals(whole)).toBe(true);
  });

  test.each(['bytes=100-50', 'bytes=-0', 'bytes=99999999-', 'bytes=x'])(
    'an unsatisfiable range (%s) does no harm',
    async (range) => {
      await using gateway = await startGatewayOf(account);
      const script = await scriptOf(gateway.endpoint);
      const response = await fetch(script, { headers: { range } });
      await response.bytes();
      expect([200, 416]).toContain(response.status);
      expect((await fetch(script)).status).toBe(200);
    },
  );

  test.each([
    '/explorer/',
    '/explorer/assets',
    '/explorer/assets/nothing.js',
    '/explorer/../index.html',
    '/explorer/assets/..%2f..%2findex.html',
    '/index.html',
    '/explorer//',
  ])('%s is not one of them', async (path) => {
    await using gateway = await startGatewayOf(account);
    // Unchanged; fetch would normalise it.
    const client = new Client(gateway.url);
    const response = await client.request({ path, method: 'GET' });
    await response.body.dump();
    await client.close();
    expect(response.statusCode).toBe(404);
  });
});

test('without a build the start fails, and names the command for it', async () => {
  const empty = await mkdtemp(join(tmpdir(), 'photo-gateway-explorer-'));
  expect(() => createExplorer({ directory: pathToFileURL(`${empty}/`) })).toThrow(
    'The explorer is not built yet: run `npm run build`.',
  );
  await rmdir(empty);
});

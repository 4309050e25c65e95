import { hash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { request } from 'undici';
import { describe, expect, test } from 'vitest';
import { createAddressSigner } from '../src/photos/archive/address-signer.ts';
import { createArchiveRoute } from '../src/server/pages/archive-route.ts';
import { openFolderFixture, type FolderFixture } from './support/archive-folder-fixture.ts';
import { pictureOf, readPicture } from './support/archive-sources.ts';
import { listen } from './support/listen.ts';

const NEVER = new AbortController().signal;
const T0 = Date.UTC(2026, 0, 1);

const from = (origin: string, method = 'GET') => ({ method, headers: { origin } });

type FixtureOptions = NonNullable<Parameters<typeof openFolderFixture>[0]>;

/** An archive with one picture, and its address for a minute. */
async function openWithPicture(options: FixtureOptions = {}) {
  const fixture = await openFolderFixture(options);
  const picture = await readPicture();
  await fixture.archive.put('mine', pictureOf(picture), NEVER);
  return { ...fixture, picture, address: await addressOf(fixture, 'mine', options.now?.()) };
}

function addressOf({ archive, origin }: FolderFixture, id: string, nowMs = Date.now()) {
  return archive.address(id, { origin, expiresAt: new Date(nowMs + 60_000) });
}

/** Sends exactly these headers. `fetch` would add some to a conditional request, and so change it. */
async function statusOf(address: string, headers: Record<string, string>) {
  const { statusCode, body } = await request(address, { headers });
  await body.dump();
  return statusCode;
}

async function refusalOf(address: string, init: RequestInit = {}) {
  const response = await fetch(address, init);
  expect(response.headers.get('content-type')).toBe('application/json');
  expect(response.headers.get('cache-control')).toBe('private, no-store');
  expect(response.headers.get('etag')).toBeNull();
  expect(response.headers.get('content-disposition')).toBeNull();
  expect(await response.json()).toEqual({ error: expect.stringMatching(/^[A-Z][^\n]+\.$/) });
  return response.status;
}

describe('an address of a folder archive', () => {
  test('is below the origin, with its expiry and a signature', async () => {
    await using fixture = await openWithPicture({ now: () => T0 });
    const { origin, pathname, searchParams } = new URL(fixture.address);
    expect(origin).toBe(fixture.origin);
    expect(pathname).toBe('/archive/mine');
    expect(Object.fromEntries(searchParams)).toEqual({
      expires: String(T0 / 1000 + 60),
      signature: expect.stringMatching(/^[\w-]{43}$/),
    });
  });

  test('works until it expires, and no longer', async () => {
    let nowMs = T0;
    await using fixture = await openWithPicture({ now: () => nowMs });
    nowMs = T0 + 59_999;
    expect((await fetch(fixture.address)).status).toBe(200);
    nowMs = T0 + 60_000;
    expect(await refusalOf(fixture.address)).toBe(403);
  });

  test.each([
    ['another id', (url: URL) => (url.pathname = '/archive/other')],
    ['another case of its id', (url: URL) => (url.pathname = '/archive/Mine')],
    ['a later expiry', (url: URL) => url.searchParams.set('expires', '9999999999')],
    ['its expiry in another spelling', (url: URL) => url.searchParams.set('expires', '0x65921000')],
    ['no expiry', (url: URL) => url.searchParams.delete('expires')],
    ['no signature', (url: URL) => url.searchParams.delete('signature')],
    ['an empty signature', (url: URL) => url.searchParams.set('signature', '')],
    ['another signature', (url: URL) => url.searchParams.set('signature', 'A'.repeat(43))],
    [
      'a signature of another length',
      (url: URL) => url.searchParams.set('signature', 'A'.repeat(44)),
    ],
    [
      'a signature that is not ASCII',
      (url: URL) => url.searchParams.set('signature', 'é'.repeat(43)),
    ],
  ])('does not work with %s', async (_what, forge) => {
    await using fixture = await openWithPicture();
    await fixture.archive.put('other', pictureOf(fixture.picture), NEVER);
    await fixture.archive.put('Mine', pictureOf(fixture.picture), NEVER);
    const url = new URL(fixture.address);
    forge(url);
    expect(await refusalOf(url.href)).toBe(403);
  });

  test('does not work if it was signed with another key', async () => {
    await using fixture = await openWithPicture();
    const forger = createAddressSigner({ signingKey: Buffer.alloc(32, 'other') });
    const query = forger.sign('mine', new Date(Date.now() + 60_000));
    expect(await refusalOf(`${fixture.origin}/archive/mine?${query}`)).toBe(403);
  });

  test('answers 404 for a picture that is not archived, and for one whose file is missing', async () => {
    await using fixture = await openWithPicture();
    expect(await refusalOf(await addressOf(fixture, 'never'))).toBe(404);
    await rm(fixture.archive.pathOf('mine'));
    expect(await refusalOf(fixture.address)).toBe(404);
  });
});

describe('an archived picture', () => {
  test('has headers that make browsers treat it as a picture only', async () => {
    await using fixture = await openWithPicture({ now: () => T0 });
    const response = await fetch(fixture.address);
    expect(await response.bytes()).toEqual(new Uint8Array(fixture.picture));
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'image/jpeg',
      'content-length': String(fixture.picture.length),
      'content-disposition': 'inline; filename=photo-mine.jpg',
      etag: `"${hash('sha256', fixture.picture)}"`,
      'accept-ranges': 'bytes',
      'cache-control': 'private, max-age=60',
      'content-security-policy': "default-src 'none'; sandbox",
      'cross-origin-resource-policy': 'cross-origin',
      'x-content-type-options': 'nosniff',
    });
  });

  test('is saved instead of shown if the address says so, which needs no signature', async () => {
    await using fixture = await openWithPicture();
    const response = await fetch(`${fixture.address}&download=1`);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-disposition')).toBe('attachment; filename=photo-mine.jpg');
    await response.body?.cancel();
  });

  test('has the same headers for HEAD, without a body', async () => {
    await using fixture = await openWithPicture();
    const response = await fetch(fixture.address, { method: 'HEAD' });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-length')).toBe(String(fixture.picture.length));
    expect(await response.text()).toBe('');
  });

  test.each([
    ['bytes=0-9', 0, 10],
    ['bytes=100-', 100, undefined],
    ['bytes=-7', -7, undefined],
  ])('is served in part for %s', async (range, start, end) => {
    await using fixture = await openWithPicture();
    const response = await fetch(fixture.address, { headers: { range } });
    expect(response.status).toBe(206);
    const part = fixture.picture.subarray(start, end);
    expect(await response.bytes()).toEqual(new Uint8Array(part));
  });

  test('reports its length if a requested part is behind its end', async () => {
    await using fixture = await openWithPicture();
    const init = { headers: { range: 'bytes=9999999-' } };
    expect(await refusalOf(fixture.address, init)).toBe(416);
    const { headers } = await fetch(fixture.address, init);
    expect(headers.get('content-range')).toBe(`bytes */${fixture.picture.length}`);
  });

  test('is not sent again to a client that has it, and in part only to a client that has the same version', async () => {
    await using fixture = await openWithPicture();
    const etag = `"${hash('sha256', fixture.picture)}"`;
    const statusWith = (headers: Record<string, string>) => statusOf(fixture.address, headers);
    const range = 'bytes=0-9';
    expect(await statusWith({ 'if-none-match': etag })).toBe(304);
    expect(await statusWith({ 'if-none-match': '"another"' })).toBe(200);
    expect(await statusWith({ range, 'if-range': etag })).toBe(206);
    expect(await statusWith({ range, 'if-range': '"another"' })).toBe(200);
    expect(await refusalOf(fixture.address, { headers: { 'if-match': '"another"' } })).toBe(412);
  });

  test('that replaces another one has another ETag', async () => {
    await using fixture = await openWithPicture();
    const before = await fetch(fixture.address, { method: 'HEAD' });
    await fixture.archive.put('mine', pictureOf(await readPicture('id-photo.jpg')), NEVER);
    const etag = before.headers.get('etag') ?? '';
    expect(await statusOf(fixture.address, { 'if-none-match': etag })).toBe(200);
  });
});

describe('a page of another origin', () => {
  const corsOrigins = ['https://app.example.com'];
  test('may read a picture if its origin is configured', async () => {
    await using fixture = await openWithPicture({ corsOrigins });
    const init = from('https://app.example.com');
    const { status, headers } = await fetch(fixture.address, init);
    expect(status).toBe(200);
    expect(headers.get('access-control-allow-origin')).toBe('https://app.example.com');
    expect(headers.get('access-control-expose-headers')).toContain('Content-Disposition');
    expect(headers.get('vary')).toBe('Origin');
    expect(await refusalOf(`${fixture.address}x`, init)).toBe(403);
  });

  test('may send a preflight request', async () => {
    await using fixture = await openWithPicture({ corsOrigins });
    const { status, headers } = await fetch(fixture.address, {
      method: 'OPTIONS',
      headers: { origin: 'https://app.example.com', 'access-control-request-method': 'GET' },
    });
    expect(status).toBe(204);
    expect(headers.get('access-control-allow-methods')).toContain('GET');
    expect(headers.get('access-control-allow-headers')).toContain('range');
  });

  test('may not read it otherwise', async () => {
    for (const options of [{ corsOrigins }, {}]) {
      await using fixture = await openWithPicture(options);
      const { headers } = await fetch(fixture.address, from('https://evil.example.com'));
      expect(headers.get('access-control-allow-origin')).toBeNull();
    }
  });
});

describe('the route', () => {
  test.each(['POST', 'PUT', 'DELETE'])('refuses %s', async (method) => {
    await using fixture = await openWithPicture();
    expect(await refusalOf(fixture.address, { method })).toBe(405);
    const { headers } = await fetch(fixture.address, { method });
    expect(headers.get('allow')).toBe('GET, HEAD, OPTIONS');
  });

  test.each(['/', '/archive', '/archive/', '/archive/a/b', '/archive/a%2Fb', '/archives/mine'])(
    'leaves %s to others',
    async (path) => {
      await using fixture = await openWithPicture();
      expect((await fetch(fixture.origin + path)).status).toBe(421);
    },
  );

  test('reports only to the log why a picture could not be looked up', async () => {
    await using fixture = await openWithPicture();
    const lines: unknown[] = [];
    const cause = new Error('the database is locked');
    const route = createArchiveRoute({
      addresses: fixture.addresses,
      photos: {
        archived: () => Promise.reject(cause),
        original: async () => null,
        passOn: async () => ({ kind: 'none' }),
      },
      stored: { kind: 'files', pathOf: fixture.archive.pathOf },
      log: { error: (...line: unknown[]) => void lines.push(line) },
    });
    await using server = await listen(createServer((req, res) => void route(req, res)));
    expect(await refusalOf(fixture.address.replace(fixture.origin, server.url))).toBe(500);
    expect(lines).toEqual([
      [{ err: cause, photoId: 'mine' }, 'An archived picture could not be served'],
    ]);
  });
});

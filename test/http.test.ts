import { describe, expect, test } from 'vitest';
import { createEmptyModule } from './support/limits-empty-module.ts';
import { startBareServer } from './support/start-bare-server.ts';
import { startGatewayOf } from './support/start-gateway.ts';

const account = {
  PHOTO_API_URL: 'http://127.0.0.1:1',
  PHOTO_THIRD_CODE: 'test',
  PHOTO_SECRET_KEY: 'test',
};

const ready = { status: 'ready', store: 'answering', provider: 'answering', archive: null };

describe('the paths of the contract', () => {
  test.each([
    ['/health', 200, { status: 'alive' }],
    ['/ready', 200, ready],
    ['/ready?verbose', 200, ready],
    ['/nothing', 404, { error: expect.stringContaining('/graphql') }],
  ])('%s answers %i', async (path, status, body) => {
    await using gateway = await startGatewayOf(account);
    const response = await fetch(`${gateway.url}${path}`);
    expect(response.status).toBe(status);
    expect(await response.json()).toEqual(body);
  });
});

describe('pages of other origins', () => {
  const origin = 'https://app.example.com';
  const preflight = {
    method: 'OPTIONS',
    headers: {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'content-type,graphql-preflight',
    },
  };

  test('get no CORS headers unless CORS_ORIGINS names them', async () => {
    await using gateway = await startGatewayOf({
      ...account,
      CORS_ORIGINS: 'https://other.example.com',
    });
    await using closed = await startGatewayOf(account);
    for (const { endpoint } of [gateway, closed]) {
      const response = await fetch(endpoint, preflight);
      expect(response.headers.get('access-control-allow-origin')).not.toBe(origin);
    }
  });

  test('get CORS headers if CORS_ORIGINS names them, also for the header that uploads need', async () => {
    await using gateway = await startGatewayOf({
      ...account,
      CORS_ORIGINS: `https://a.example,${origin}`,
    });
    const asked = await fetch(gateway.endpoint, preflight);
    expect(asked.headers.get('access-control-allow-origin')).toBe(origin);
    expect(asked.headers.get('access-control-allow-headers')).toContain('graphql-preflight');
    const answered = await fetch(`${gateway.endpoint}?query={__typename}`, { headers: { origin } });
    expect(answered.headers.get('access-control-allow-origin')).toBe(origin);
    expect(await answered.json()).toEqual({ data: { __typename: 'Query' } });
  });
});

describe('a stream of server-sent events', () => {
  test('is kept alive by comments, and asks proxies not to buffer it', async () => {
    const { photos } = createEmptyModule();
    const silent = { ...photos, ready: neverSettling };
    await using gateway = await startBareServer(silent, { pingIntervalMs: 50 });
    const controller = new AbortController();
    const response = await fetch(gateway.endpoint, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
      body: JSON.stringify({ query: 'subscription { photoReady(id: "a") { id } }' }),
      signal: controller.signal,
    });
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': expect.stringContaining('text/event-stream'),
      'cache-control': 'private, no-store, no-transform',
      'x-accel-buffering': 'no',
    });
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    // The first is sent with the headers, the second by the timer.
    expect(await reader?.read()).toMatchObject({ value: ':\n\n' });
    expect(await reader?.read()).toMatchObject({ value: ':\n\n' });
    controller.abort();
  });
});

/** A stream without events, until it is left. */
async function* neverSettling() {
  await new Promise(() => undefined);
  yield* [];
}

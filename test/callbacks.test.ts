import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import {
  common,
  messagesTo,
  query,
  startCallbackGateway as start,
} from './support/callback-gateway.ts';
import type { CallbackAnswer } from './support/callback-receiver.ts';

describe.each([true, false])('with plainJson %s', (plainJson) => {
  test('a router gets each result and the end by calls, and holds no connection', async () => {
    await using begun = await start({}, { plainJson });
    const response = await begun.subscribe();
    expect([response.status, await response.json()]).toEqual([200, { data: null }]);
    expect(messagesTo(begun.router)).toEqual([{ ...common, action: 'check' }]);
    begun.ready();
    await begun.router.received('complete');
    expect(messagesTo(begun.router).slice(1)).toEqual([
      { ...common, action: 'next', payload: { data: { photosReady: { id: 'a' } } } },
      { ...common, action: 'next', payload: { data: { photosReady: { id: 'b' } } } },
      { ...common, action: 'complete' },
    ]);
    for (const { path, headers } of begun.router.calls) {
      expect(path).toBe('/callback/1');
      expect(headers).toMatchObject({
        'content-type': 'application/json',
        'subscription-protocol': 'callback/1.0',
      });
    }
  });
});

describe('a subscription that its router does not confirm', () => {
  const answers: readonly (readonly [string, CallbackAnswer])[] = [
    ['404', 404],
    ['401', 401],
    ['another success', 200],
    ['a redirect', { location: '/elsewhere' }],
    ['500', 500],
    ['nothing', 'never'],
  ];

  test.each(answers)('is refused: %s', async (_what, answer) => {
    await using begun = await start({ timeoutMs: answer === 'never' ? 50 : 5000 });
    begun.router.answer(() => answer);
    const response = await begun.subscribe();
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      errors: [{ extensions: { code: 'BAD_USER_INPUT', retryable: false } }],
    });
    // On a busy machine, a call may be given up before it has come.
    expect(begun.router.calls.length).toBeLessThanOrEqual(1);
    expect(begun.open()).toBe(0);
  });

  test('is refused if the router is dead', async () => {
    const dead = 'http://127.0.0.1:1/callback';
    await using begun = await start({ urls: [new URL(dead)] });
    expect((await begun.subscribe({ callbackUrl: dead })).status).toBe(400);
    expect(begun.open()).toBe(0);
  });
});

describe('no call is made', () => {
  let begun: Awaited<ReturnType<typeof start>>;
  beforeAll(async () => {
    begun = await start({ minHeartbeatMs: 1000 });
  });
  afterAll(() => begun[Symbol.asyncDispose]());

  const elsewhere: readonly (readonly [string, (url: URL) => string])[] = [
    ['to another host', ({ port }) => `http://localhost:${port}/callback/1`],
    ['to another port', () => 'http://127.0.0.1:1/callback/1'],
    ['by another protocol', ({ host }) => `https://${host}/callback/1`],
    ['to another path', ({ host }) => `http://${host}/admin`],
    ['to a path with the same beginning', ({ host }) => `http://${host}/callbacks/1`],
    ['to a path that leads out', ({ host }) => `http://${host}/callback/../admin`],
    ['to an encoded path that leads out', ({ host }) => `http://${host}/callback/%2e%2e/admin`],
    ['to a path with an encoded slash', ({ host }) => `http://${host}/callback/..%2fadmin`],
    ['with a query', ({ host }) => `http://${host}/callback/1?admin`],
    ['with credentials', ({ host }) => `http://a:b@${host}/callback/1`],
    ['to what is no address', () => '/callback/1'],
  ];

  test.each(elsewhere)('%s', async (_what, urlFor) => {
    const callbackUrl = urlFor(new URL(begun.router.url));
    const response = await begun.subscribe({ callbackUrl });
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({
      errors: [{ extensions: { code: 'FORBIDDEN' } }],
    });
    expect(begun.router.calls).toEqual([]);
    expect(begun.open()).toBe(0);
  });

  test.each([
    ['without an address', { callbackUrl: undefined }],
    ['without a verifier', { verifier: '' }],
    ['with too long an id', { subscriptionId: 'a'.repeat(257) }],
    ['for heartbeats that are too frequent', { heartbeatIntervalMs: 999 }],
  ])('%s', async (_what, extension) => {
    expect((await begun.subscribe(extension)).status).toBe(400);
    expect(begun.router.calls).toEqual([]);
  });

  test('for an operation that is refused, or is no subscription', async () => {
    const ids = Array.from({ length: 101 }, (_, index) => String(index));
    const refused = await begun.subscribe({}, { query: query.replace('{ id }', '{ idd }') });
    expect(await refused.json()).toMatchObject({ errors: [{}] });
    const answered = await begun.subscribe({}, { query: '{ __typename }', variables: { ids } });
    expect(await answered.json()).toEqual({ data: { __typename: 'Query' } });
    expect(begun.router.calls).toEqual([]);
  });

  test('if the gateway has no list of addresses', async () => {
    await using without = await start({}, { callbacks: null });
    expect((await without.subscribe()).status).toBe(406);
    expect(without.router.calls).toEqual([]);
  });
});

describe('limits', () => {
  test('there are only so many subscriptions in all', async () => {
    await using begun = await start({ maxSubscriptions: 1 });
    await begun.subscribe();
    const response = await begun.subscribe({ subscriptionId: 'two' });
    expect(response.status).toBe(429);
    expect(response.headers.get('retry-after')).toBe('5');
    expect(await response.json()).toMatchObject({
      errors: [{ extensions: { code: 'RATE_LIMITED', retryable: true, retryAfterMs: 5000 } }],
    });
    expect(begun.open()).toBe(1);
    begun.ready();
    await begun.allEnded();
    await begun.router.received('complete');
    await vi.waitUntil(async () => (await begun.subscribe()).status === 200);
  });

  test('a client has as many as it may have over other transports', async () => {
    const traffic = {
      requestsPerClient: null,
      requestsPerAddress: null,
      subscriptionsPerClient: 1,
      connectionsPerAddress: null,
    };
    await using begun = await start({}, { traffic });
    await begun.subscribe();
    expect((await begun.subscribe()).status).toBe(429);
    expect(begun.router.calls).toHaveLength(1);
  });
});

import { describe, expect, test } from 'vitest';
import { GatewayError } from '../src/common/errors.ts';
import { unknownPhoto } from '../src/photos/photo.ts';
import type { Photos } from '../src/photos/photos.ts';
import { createEmptyModule } from './support/limits-empty-module.ts';
import { startBareServer } from './support/start-bare-server.ts';

const query = 'subscription { photoReady(id: "a") { id } }';
const APOLLO = 'multipart/mixed;boundary="graphql";subscriptionSpec=1.0';
const HEARTBEAT = '\r\n--graphql\r\nContent-Type: application/json\r\n\r\n{}';

type Ready = Photos['ready'];

function startWith(ready: Ready, options: Parameters<typeof startBareServer>[1] = {}) {
  return startBareServer({ ...createEmptyModule().photos, ready }, options);
}

const readyAtOnce: Ready = async function* (_principal, [id = '']) {
  yield () => ({ ...unknownPhoto(id), status: 'READY' as const });
};

const silent: Ready = async function* () {
  await new Promise(() => undefined);
  yield* [];
};

const failing: Ready = async function* () {
  yield* [];
  throw new GatewayError('UNAUTHENTICATED', 'Your key has ended');
};

/** Both adapters: JSON by POST, and Yoga's GET. */
const ways = {
  POST: (endpoint: string, accept: string, init: RequestInit = {}) =>
    fetch(endpoint, {
      ...init,
      method: 'POST',
      headers: { 'content-type': 'application/json', accept },
      body: JSON.stringify({ query }),
    }),
  GET: (endpoint: string, accept: string, init: RequestInit = {}) =>
    fetch(`${endpoint}?query=${encodeURIComponent(query)}`, { ...init, headers: { accept } }),
};

describe.each(Object.entries(ways))('by %s', (_way, send) => {
  describe('a subscription over Apollo’s multipart protocol', () => {
    test.each([
      // Apollo Client 4.
      'multipart/mixed;boundary=graphql;subscriptionSpec=1.0,application/graphql-response+json,application/json;q=0.9',
      // Apollo Client 3.
      'multipart/mixed;boundary=graphql;subscriptionSpec=1.0,application/json',
      // Apollo Kotlin.
      'multipart/mixed;subscriptionSpec=1.0, application/graphql-response+json, application/json',
      // Apollo iOS.
      'multipart/mixed;subscriptionSpec=1.0,application/graphql-response+json,application/json',
      // The same with parameters as they may be written too.
      'multipart/mixed;boundary="graphql";subscriptionSpec="1.0",application/graphql-response+json,application/json',
      // Hive Router prefers it to what it lists behind it.
      'multipart/mixed; subscriptionSpec="1.0", multipart/mixed, text/event-stream',
      'multipart/mixed;subscriptionspec="1.0";boundary=graphql',
    ])('is answered to Accept: %s', async (accept) => {
      await using server = await startWith(readyAtOnce);
      const response = await send(server.endpoint, accept);
      expect(response.status).toBe(200);
      expect(Object.fromEntries(response.headers)).toMatchObject({
        'content-type': APOLLO,
        'cache-control': 'private, no-store, no-transform',
        'x-accel-buffering': 'no',
      });
      expect(await response.text()).toBe(
        `${HEARTBEAT}\r\n--graphql\r\nContent-Type: application/json\r\n\r\n` +
          '{"payload":{"data":{"photoReady":{"id":"a"}}}}\r\n--graphql--\r\n',
      );
    });

    test('ends with an error without a payload if the stream itself fails', async () => {
      await using server = await startWith(failing);
      const response = await send(server.endpoint, 'multipart/mixed;subscriptionSpec=1.0');
      expect(await response.text()).toBe(
        `${HEARTBEAT}\r\n--graphql\r\nContent-Type: application/json\r\n\r\n` +
          '{"payload":null,"errors":[{"message":"Your key has ended","extensions":{"code":"UNAUTHENTICATED","retryable":false}}]}' +
          '\r\n--graphql--\r\n',
      );
    });

    test('sends a heartbeat at once and at intervals, each with the delimiter behind it', async () => {
      await using server = await startWith(silent, { heartbeatIntervalMs: 20 });
      const controller = new AbortController();
      const { signal } = controller;
      const response = await send(server.endpoint, 'multipart/mixed;subscriptionSpec=1.0', {
        signal,
      });
      const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
      const expected = `${HEARTBEAT}${HEARTBEAT}\r\n--graphql`;
      let received = '';
      while (received.length < expected.length) received += (await reader?.read())?.value ?? '';
      expect(received.slice(0, expected.length)).toBe(expected);
      controller.abort();
    });
  });

  describe('a subscription over incremental delivery', () => {
    test.each(['multipart/mixed', 'multipart/mixed;deferSpec=20220824', 'multipart/*'])(
      'is answered to Accept: %s',
      async (accept) => {
        await using server = await startWith(readyAtOnce);
        const response = await send(server.endpoint, accept);
        expect(response.status).toBe(200);
        expect(Object.fromEntries(response.headers)).toMatchObject({
          'content-type': 'multipart/mixed; boundary="-"',
          'x-accel-buffering': 'no',
        });
        expect(await response.text()).toBe(
          '\r\n---\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: 34\r\n\r\n' +
            '{"data":{"photoReady":{"id":"a"}}}\r\n-----\r\n',
        );
      },
    );
  });

  test.each([
    ['text/event-stream, multipart/mixed', 'text/event-stream'],
    ['text/event-stream;q=0.5, multipart/mixed;subscriptionSpec=1.0', APOLLO],
    ['*/*', 'text/event-stream'],
  ])('Accept: %s is answered as %s', async (accept, expected) => {
    await using server = await startWith(readyAtOnce);
    const response = await send(server.endpoint, accept);
    expect(response.headers.get('content-type')).toBe(expected);
    await response.text();
  });

  test.each([
    'application/json',
    'application/graphql-response+json',
    'image/png',
    'multipart/mixed;subscriptionSpec=2.0',
  ])('a refused subscription with Accept: %s is told in JSON what can be had', async (accept) => {
    await using server = await startWith(readyAtOnce);
    const response = await send(server.endpoint, accept);
    expect(response.status).toBe(406);
    expect(response.headers.get('content-type')).toMatch(/json/);
    const body = await response.json();
    expect(body).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
    expect(JSON.stringify(body)).toMatch(/text\/event-stream.*multipart\/mixed/);
  });
});

test('a client that leaves ends its subscription', async () => {
  const left = Promise.withResolvers<void>();
  await using server = await startWith(() => {
    const stream: ReturnType<Ready> = {
      next: () => new Promise(() => undefined),
      return() {
        left.resolve();
        return Promise.resolve({ done: true, value: undefined });
      },
      [Symbol.asyncIterator]: () => stream,
    };
    return stream;
  });
  const controller = new AbortController();
  const { signal } = controller;
  await ways.POST(server.endpoint, 'multipart/mixed;subscriptionSpec=1.0', { signal });
  controller.abort();
  await expect(left.promise).resolves.toBeUndefined();
});

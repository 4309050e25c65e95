import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import {
  PhotoReadyDocument,
  QuotaDocument,
  UploadPhotoDocument,
  type PhotoReadySubscription,
} from '../schema/typed/graphql.ts';
import { startGatewayProcess } from './support/fault-gateway-process.ts';
import { readFixture } from './support/fixtures.ts';
import { dataOf, failureOf, sendFile, type Result } from './support/graphql-client.ts';
import { answers, startScriptedProvider } from './support/scripted-provider.ts';
import { jpegStart, startSlowUpload, type SlowUpload } from './support/slow-upload.ts';
import { subscribers } from './support/subscribe.ts';

const file = await readFixture('landscape-small.jpg');
const ready = new Set<string | undefined>();
const provider = await startScriptedProvider(({ endpoint, fields }, earlier) => {
  if (endpoint === 'upload') return answers.uploaded(`photo-${earlier}`);
  if (endpoint === 'download') return answers.download('a');
  return ready.has(fields.get('mdf')) ? answers.ready : answers.processing;
});
const gateway = await startGatewayProcess({ ...provider.env, MAX_EVENT_LOOP_LAG_MS: '100' });
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await provider[Symbol.asyncDispose]();
});

const ask = () =>
  fetch(gateway.endpoint, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"query":"{ quota { remaining } }"}',
  });
const status = async () => (await ask()).status;

const refused = { code: 'RATE_LIMITED', retryable: true, retryAfterMs: 2000 };

test('one long turn of the event loop rejects nobody', async () => {
  gateway.block(3000, 1);
  const statuses = await Promise.all(Array.from({ length: 20 }, status));
  expect(new Set(statuses)).toEqual(new Set([200]));
  expect(await status()).toBe(200);
});

const polled = () => new Set(provider.calls.map(({ fields }) => fields.get('mdf')));

describe('while the event loop lags', () => {
  const events = subscribers['server-sent events'](gateway);
  const socket = subscribers.WebSocket(gateway);
  let upload: SlowUpload;
  let pushed: readonly Promise<IteratorResult<Result<PhotoReadySubscription>, undefined>>[];

  beforeAll(async () => {
    upload = startSlowUpload(gateway);
    upload.write(jpegStart);
    pushed = [
      events.subscribe(PhotoReadyDocument, { id: 'by-events' }).next(),
      socket.subscribe(PhotoReadyDocument, { id: 'by-socket' }).next(),
    ];
    await vi.waitUntil(() => polled().size === 2, 10_000);
    gateway.block(150);
    await vi.waitUntil(async () => (await status()) === 503, 10_000);
  });
  afterAll(() => {
    events[Symbol.dispose]();
    socket[Symbol.dispose]();
  });

  test('a query is answered 503, with when to try again', async () => {
    const response = await ask();
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toBe('2');
    expect(await response.json()).toMatchObject({ errors: [{ extensions: refused }] });
  });

  test('an upload is rejected before the provider is called', async () => {
    const failure = failureOf(
      await sendFile(gateway, UploadPhotoDocument, { file, repairType: 'REPAIR' }),
    );
    expect(failure).toMatchObject({ ...refused, charged: false });
    expect(provider.uploads).toHaveLength(0);
  });

  test('a stream and a WebSocket are rejected', async () => {
    const stream = events.subscribe(PhotoReadyDocument, { id: 'by-events' });
    await expect(stream.next()).rejects.toMatchObject({ response: { status: 503 } });
    const refusedSocket = new WebSocket(gateway.endpoint.replace('http', 'ws'));
    const [error] = await once(refusedSocket, 'error');
    expect(String(error)).toContain('Unexpected server response: 503');
  });

  test('an operation over an open WebSocket fails, and the WebSocket stays open', async () => {
    const failure = await socket
      .subscribe(QuotaDocument, {})
      .next()
      .then(
        ({ value }) => failureOf(value),
        (errors: unknown) => failureOf({ errors: Array.isArray(errors) ? errors : [] }),
      );
    expect(failure).toMatchObject(refused);
  });

  test.each(['/health', '/ready'])('%s is answered', async (path) => {
    expect((await fetch(`${gateway.url}${path}`)).status).toBe(200);
  });

  test('running operations finish', async () => {
    upload.end();
    ready.add('by-events').add('by-socket');
    expect(dataOf(await upload.result).uploadPhoto.id).toBe('photo-0');
    for (const { value } of await Promise.all(pushed)) {
      expect(dataOf(value).photoReady).toMatchObject({ status: 'READY' });
    }
    expect(await status()).toBe(503);
  });

  test('everyone is accepted again afterwards', async () => {
    gateway.free();
    await expect.poll(status).toBe(200);
    dataOf(await sendFile(gateway, UploadPhotoDocument, { file, repairType: 'REPAIR' }));
    dataOf((await socket.subscribe(QuotaDocument, {}).next()).value);
  });
});

import { expect, test } from 'vitest';
import { PhotoReadyDocument, QuotaDocument, UploadPhotoDocument } from '../schema/typed/graphql.ts';
import { startFaultyProvider, type Fault } from './support/fault-provider.ts';
import { serveModule, type ServedModule } from './support/fault-module.ts';
import { readFixture } from './support/fixtures.ts';
import { dataOf, failureOf, send, sendFile } from './support/graphql-client.ts';
import { subscribers } from './support/subscribe.ts';

const file = await readFixture('landscape-small.jpg');
const ENDPOINTS = ['upload', 'status', 'download', 'nums'];

const serverError: Fault = async (call) => {
  await call.carryOut();
  call.res.writeHead(503).end('Service Unavailable');
};

const upload = (module: ServedModule, idempotencyKey: string | null = null) =>
  sendFile(module, UploadPhotoDocument, { file, repairType: 'REPAIR', idempotencyKey });

async function startProvider() {
  const provider = await startFaultyProvider();
  const calls = () => ENDPOINTS.reduce((sum, endpoint) => sum + provider.calls(endpoint), 0);
  return { provider, calls, url: provider.env['PHOTO_API_URL'] ?? '' };
}

test('while the provider is down clients are told so at once, and it gets no calls', async () => {
  const { provider, calls, url } = await startProvider();
  await using _ = provider;
  // Longer than any test: once it is open, the circuit stays so.
  const longBreak = { circuitFailureThreshold: 3, circuitBreakMs: 3_600_000, maxAttempts: 1 };
  await using module = await serveModule(url, { provider: longBreak });
  provider.fault = serverError;
  const unavailable = { code: 'UPSTREAM_UNAVAILABLE', retryable: true };
  for (let count = 0; count < 3; count += 1) {
    expect(failureOf(await send(module, QuotaDocument, {}))).toMatchObject(unavailable);
  }
  const before = calls();

  const questions = Array.from({ length: 50 }, () => send(module, QuotaDocument, {}));
  for (const result of await Promise.all(questions)) {
    expect(failureOf(result)).toMatchObject(unavailable);
  }
  for (const result of await Promise.all(Array.from({ length: 10 }, () => upload(module)))) {
    expect(failureOf(result)).toMatchObject({ ...unavailable, charged: false });
  }
  expect(calls()).toBe(before);
  expect(provider.charges()).toBe(0);
});

test('an outage ends no watch: photos that got ready meanwhile are pushed once the provider is back', async () => {
  const { provider, url } = await startProvider();
  await using _ = provider;
  const sensitiveCircuit = { circuitFailureThreshold: 3, circuitBreakMs: 50, maxAttempts: 1 };
  await using module = await serveModule(url, {
    provider: sensitiveCircuit,
    photos: { pollIntervalMs: 10, waitTimeoutMs: 60_000 },
  });
  const photos = [];
  for (let count = 1; count <= 5; count += 1) {
    provider.processing.add(`photo-${count}`);
    photos.push(dataOf(await upload(module)).uploadPhoto.id);
  }
  using client = subscribers.WebSocket(module);
  // Nobody waits for the last of them.
  const pushed = photos
    .slice(0, -1)
    .map((id) => client.subscribe(PhotoReadyDocument, { id }).next());

  provider.fault = serverError;
  const before = provider.calls('status');
  // Each of these calls was a probe after its own break.
  await expect.poll(() => provider.calls('status')).toBeGreaterThan(before + 10);
  const lost = failureOf(await upload(module, 'key'));
  expect(lost).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });

  provider.fault = null;
  provider.processing.clear();
  for (const { value } of await Promise.all(pushed)) {
    expect(dataOf(value).photoReady).toMatchObject({ status: 'READY' });
  }
  const last = `{ photo(id: "${photos.at(-1)}") { status } }`;
  await expect
    .poll(async () => dataOf(await send(module, last)))
    .toEqual({ photo: { status: 'READY' } });
  dataOf(await upload(module));
  expect(provider.charges()).toBe(6);
});

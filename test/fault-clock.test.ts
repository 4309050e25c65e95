import { describe, expect, test } from 'vitest';
import { PhotoReadyDocument, QuotaDocument, UploadPhotoDocument } from '../schema/typed/graphql.ts';
import { startSimulator } from '../packages/simulator/simulator.ts';
import { startFaultyProvider } from './support/fault-provider.ts';
import { serveModule, type ServedModuleOptions } from './support/fault-module.ts';
import { readFixture } from './support/fixtures.ts';
import { dataOf, failureOf, send, sendFile } from './support/graphql-client.ts';
import { startGateway } from './support/start-gateway.ts';
import { subscribers } from './support/subscribe.ts';

const file = await readFixture('landscape-small.jpg');
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

interface Target {
  readonly endpoint: string;
}

const upload = (target: Target, idempotencyKey: string | null = null) =>
  sendFile(target, UploadPhotoDocument, { file, repairType: 'REPAIR', idempotencyKey });

describe.each([5, -5])('a provider whose clock is %i hours off', (hours) => {
  const options = { now: () => Date.now() + hours * HOUR_MS };

  test('is corrected after one refused call: for queries, uploads, polls and pushes', async () => {
    await using gateway = await startGateway({}, options);
    const { simulator } = gateway;
    dataOf(await send(gateway, QuotaDocument, {}));
    expect(simulator.requests).toHaveLength(2);
    using client = subscribers.WebSocket(gateway);
    for (const key of ['a', 'b']) {
      const { id } = dataOf(await upload(gateway, key)).uploadPhoto;
      const { value } = await client.subscribe(PhotoReadyDocument, { id }).next();
      expect(dataOf(value).photoReady).toMatchObject({ id, status: 'READY' });
    }
    expect(simulator.uploadsLeft).toBe(98);
    expect(simulator.requests.filter(({ endpoint }) => endpoint === 'upload')).toHaveLength(2);
  });

  test('is corrected by the quota request before the first upload', async () => {
    await using gateway = await startGateway({}, options);
    dataOf(await upload(gateway, 'a'));
    expect(gateway.simulator.uploadsLeft).toBe(99);
  });
});

/** A gateway whose own clock the test sets, in front of a simulator with the right time. */
async function startWithClock(photos: ServedModuleOptions['photos'] = {}) {
  await using started = new AsyncDisposableStack();
  const simulator = started.use(
    await startSimulator({ thirdCode: 'hiliad', secretKey: 'hiliad', processingTimeMs: Infinity }),
  );
  const clock = { offsetMs: 0 };
  const now = () => Date.now() + clock.offsetMs;
  const module = started.use(
    await serveModule(simulator.url, { provider: { now }, photos: { now, ...photos } }),
  );
  const running = started.move();
  return { simulator, clock, module, [Symbol.asyncDispose]: () => running.disposeAsync() };
}

describe.each([3, -3, 30, -30])('a clock of ours that jumps by %i hours', (hours) => {
  test('delays no poll, no push and no upload, and nothing is paid twice', async () => {
    await using fixture = await startWithClock();
    const { simulator, clock, module } = fixture;
    const { id } = dataOf(await upload(module, 'before')).uploadPhoto;
    using client = subscribers.WebSocket(module);
    const pushed = client.subscribe(PhotoReadyDocument, { id }).next();
    const polls = () => simulator.requests.filter(({ endpoint }) => endpoint === 'status').length;
    await expect.poll(polls).toBeGreaterThan(0);

    clock.offsetMs = hours * HOUR_MS;
    const before = polls();
    await expect.poll(polls).toBeGreaterThan(before + 2);
    simulator.finish(id);
    expect(dataOf((await pushed).value).photoReady).toMatchObject({ id, status: 'READY' });
    dataOf(await upload(module, 'after'));
    expect(dataOf(await upload(module, 'before')).uploadPhoto.id).toBe(id);
    expect(simulator.uploadsLeft).toBe(98);
  });
});

test.each([3, -3])(
  'a jump by %i hours delays no poll that was planned from samples',
  async (hours) => {
    await using fixture = await startWithClock();
    const { simulator, clock, module } = fixture;
    using client = subscribers.WebSocket(module);
    async function uploadAndWait(meanwhile: (id: string) => void) {
      const { id } = dataOf(await upload(module)).uploadPhoto;
      const pushed = client.subscribe(PhotoReadyDocument, { id }).next();
      meanwhile(id);
      simulator.finish(id);
      return dataOf((await pushed).value).photoReady.status;
    }
    for (let count = 0; count < 8; count += 1) await uploadAndWait(() => undefined);
    const jump = () => void (clock.offsetMs = hours * HOUR_MS);
    expect(await uploadAndWait(jump)).toBe('READY');
    expect(await uploadAndWait(() => undefined)).toBe('READY');
  },
);

test('a clock that jumps ahead by days does not end the watch of a photo at the next failed poll', async () => {
  await using provider = await startFaultyProvider();
  const clock = { offsetMs: 0 };
  const now = () => Date.now() + clock.offsetMs;
  const url = provider.env['PHOTO_API_URL'] ?? '';
  await using module = await serveModule(url, { photos: { now } });
  provider.processing.add('photo-1');
  const { id } = dataOf(await upload(module)).uploadPhoto;
  clock.offsetMs = 2 * DAY_MS;
  provider.fault = ({ res }) => void res.end(JSON.stringify({ code: 9000, errno: 500 }));
  const before = provider.calls('status');
  await expect.poll(() => provider.calls('status')).toBeGreaterThan(before + 2);
  provider.fault = null;
  clock.offsetMs = 0;
  using client = subscribers.WebSocket(module);
  const pushed = client.subscribe(PhotoReadyDocument, { id }).next();
  provider.processing.clear();
  expect(dataOf((await pushed).value).photoReady).toMatchObject({ id, status: 'READY' });
});

/** A READY photo, and a function that queries its status. */
async function makeReady({ simulator, module }: Awaited<ReturnType<typeof startWithClock>>) {
  const { id } = dataOf(await upload(module)).uploadPhoto;
  simulator.finish(id);
  async function status() {
    const query = `{ photoStatus(id: "${id}") { status } }`;
    return dataOf(await send<{ photoStatus: { status: string } }, object>(module, query))
      .photoStatus.status;
  }
  await expect.poll(status).toBe('READY');
  return { id, status };
}

describe('a photo that is READY', () => {
  test('expires when the clock jumps ahead, and is READY again once the clock is corrected', async () => {
    await using fixture = await startWithClock();
    const { clock } = fixture;
    const { status } = await makeReady(fixture);
    clock.offsetMs = 2 * HOUR_MS;
    expect(await status()).toBe('EXPIRED');
    clock.offsetMs = 0;
    expect(await status()).toBe('READY');
  });

  test('is EXPIRED by the clock, whatever was answered while it was set back', async () => {
    await using fixture = await startWithClock({ provenMissingAfterMs: 0 });
    const { simulator, clock } = fixture;
    const { id, status } = await makeReady(fixture);
    clock.offsetMs = -3 * HOUR_MS;
    simulator.expire(id);
    for (let count = 0; count < 4; count += 1) expect(await status()).toBe('READY');
    clock.offsetMs = HOUR_MS;
    expect(await status()).toBe('EXPIRED');
  });
});

async function startWithAllowance() {
  const provider = await startFaultyProvider();
  const clock = { nowMs: Date.UTC(2026, 0, 31, 12) };
  const url = provider.env['PHOTO_API_URL'] ?? '';
  const photos = { now: () => clock.nowMs, uploadsPerDay: 1 };
  const module = await serveModule(url, { photos });
  async function remaining() {
    const query = '{ quota { allowance { remaining } } }';
    return dataOf(
      await send<{ quota: { allowance: { remaining: number } } }, object>(module, query),
    ).quota.allowance.remaining;
  }
  async function close() {
    await module[Symbol.asyncDispose]();
    await provider[Symbol.asyncDispose]();
  }
  return { provider, clock, module, remaining, [Symbol.asyncDispose]: close };
}

describe('a daily allowance', () => {
  test('is that of the day that the clock shows, even if it jumps there and back', async () => {
    await using fixture = await startWithAllowance();
    const { clock, module, remaining } = fixture;
    dataOf(await upload(module));
    clock.nowMs += DAY_MS;
    expect(await remaining()).toBe(1);
    dataOf(await upload(module));
    clock.nowMs -= DAY_MS;
    expect(await remaining()).toBe(0);
    expect(failureOf(await upload(module))).toMatchObject({ code: 'RATE_LIMITED' });
    clock.nowMs -= DAY_MS;
    expect(await remaining()).toBe(1);
  });

  test('gets a failed upload back on the day that it was taken from', async () => {
    await using fixture = await startWithAllowance();
    const { provider, clock, module, remaining } = fixture;
    provider.fault = ({ res, endpoint }) => {
      if (endpoint === 'upload') clock.nowMs += DAY_MS;
      res.end(JSON.stringify({ code: 9000, errno: 9006 }));
    };
    expect(failureOf(await upload(module))).toMatchObject({
      code: 'UPLOAD_FAILED',
      charged: false,
    });
    provider.fault = null;
    expect(await remaining()).toBe(1);
    dataOf(await upload(module));
    expect(await remaining()).toBe(0);
    clock.nowMs -= DAY_MS;
    expect(await remaining()).toBe(1);
  });
});

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { UploadPhotoDocument } from '../schema/typed/graphql.ts';
import { createUploadReader } from '../src/photos/uploads/upload-reader.ts';
import { readFixture } from './support/fixtures.ts';
import { dataOf, failureOf, sendFile } from './support/graphql-client.ts';
import { startRecordingProvider } from './support/recording-provider.ts';
import { jpegStart, startSlowUpload, type SlowUpload } from './support/slow-upload.ts';
import { startObservedGateway } from './support/telemetry-gateway.ts';

const file = await readFixture('landscape-small.jpg');

describe('a form whose picture does not arrive', () => {
  test('holds no shared slot', async () => {
    await using provider = await startRecordingProvider();
    await using gateway = await startObservedGateway({
      ...provider.env,
      MAX_CONCURRENT_UPLOADS: '1',
    });
    const slow = [1, 2, 3].map(() => startSlowUpload(gateway));
    for (const upload of slow) upload.write(jpegStart.subarray(0, 100));
    const running = async () => (await gateway.metrics()).of('photo_gateway_uploads_running');
    await expect.poll(running).toBe(slow.length);
    dataOf(await sendFile(gateway, UploadPhotoDocument, { file, repairType: 'REPAIR' }));
    expect(provider.calls).toHaveLength(1);
    for (const upload of slow) upload.abort();
    await Promise.allSettled(slow.map(({ result }) => result));
  });

  test.each(['before its first bytes', 'after them'])(
    'is refused if it arrives too slowly, %s',
    async (when) => {
      await using provider = await startRecordingProvider();
      await using gateway = await startObservedGateway({
        ...provider.env,
        UPLOAD_IDLE_TIMEOUT_MS: '300',
      });
      const upload = startSlowUpload(gateway);
      if (when === 'after them') upload.write(jpegStart);
      const dripping = drip(upload);
      const refused = async () =>
        (await gateway.metrics()).sumOf('photo_gateway_uploads_refused_total');
      await expect.poll(refused).toBe(1);
      dripping[Symbol.dispose]();
      const failure = failureOf(await upload.result);
      expect(failure).toMatchObject({ code: 'UPLOAD_FAILED', retryable: true, charged: false });
      expect(failure['message']).toContain('too slow');
      const outcomes = await Promise.all(provider.calls.map(({ outcome }) => outcome));
      expect(outcomes).toEqual(when === 'after them' ? ['aborted'] : []);
    },
  );
});

/** One byte at a time, often enough that no single wait times out. */
function drip(upload: SlowUpload): Disposable {
  const timer = setInterval(() => upload.write(Buffer.of(0)), 50);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

/** Yields `sizeBytes` at a time, each after `delayMs`. */
async function* sender(count: number, sizeBytes: number, delayMs: number) {
  for (let sent = 0; sent < count; sent += 1) {
    await new Promise((resolve) => setTimeout(resolve, delayMs));
    yield Buffer.alloc(sizeBytes);
  }
}

async function readAll(bytes: AsyncIterable<Uint8Array>, pauseMs = 0): Promise<number> {
  let size = 0;
  const limits = { idleTimeoutMs: 15_000, maxFileSizeBytes: 1_000_000 };
  for await (const chunk of createUploadReader(bytes, limits).read(async () => undefined)) {
    size += chunk.length;
    if (pauseMs > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
  return size;
}

describe('a sender', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test('on the slowest telephone line succeeds', async () => {
    const size = readAll(sender(200, 600, 1000));
    await vi.runAllTimersAsync();
    expect(await size).toBe(120_000);
  });

  test('that pauses now and then succeeds', async () => {
    const size = readAll(sender(20, 14_000, 14_000));
    await vi.runAllTimersAsync();
    expect(await size).toBe(280_000);
  });

  test('is not blamed for a slow reader', async () => {
    const size = readAll(sender(20, 1, 1), 60_000);
    await vi.runAllTimersAsync();
    expect(await size).toBe(20);
  });

  test.each([
    ['a byte every ten seconds', 1, 10_000],
    ['a hundred bytes a second', 100, 1000],
  ])('of %s is refused', async (_what, sizeBytes, delayMs) => {
    const outcome = readAll(sender(1000, sizeBytes, delayMs)).catch((error: unknown) => error);
    await vi.advanceTimersByTimeAsync(40_000);
    expect(await outcome).toMatchObject({ code: 'UPLOAD_FAILED' });
  });
});

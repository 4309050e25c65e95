import { describe, expect, test } from 'vitest';
import {
  PhotoDocument,
  PhotoReadyDocument,
  PhotosDocument,
  PhotoStatusDocument,
  UploadPhotoDocument,
  type RepairType,
} from '../schema/typed/graphql.ts';
import { openSqliteStore } from '../src/photos/store/sqlite/sqlite-store.ts';
import { serveModule } from './support/fault-module.ts';
import { readFixture } from './support/fixtures.ts';
import { dataOf, send, sendFile } from './support/graphql-client.ts';
import { answers, startScriptedProvider } from './support/scripted-provider.ts';
import { subscribers } from './support/subscribe.ts';
import { makeTemporaryDirectory } from './support/temporary-directory.ts';

const PROCESSING_MS = 500;
const HOUR_MS = 3_600_000;
const file = await readFixture('landscape-small.jpg');

/**
 * A gateway whose clock the test sets. At its provider every photo takes the same time. Photos that are
 * uploaded while `held` is set never get ready.
 */
async function startWithClock() {
  await using started = new AsyncDisposableStack();
  const script = { held: false };
  const dueAtMs = new Map<string, number>();
  const provider = started.use(
    await startScriptedProvider(({ endpoint, fields }, earlier) => {
      const id = fields.get('mdf') ?? `photo-${earlier}`;
      if (endpoint === 'download') return answers.download(id);
      if (endpoint === 'status')
        return performance.now() >= (dueAtMs.get(id) ?? Infinity)
          ? answers.ready
          : answers.processing;
      dueAtMs.set(id, script.held ? Infinity : performance.now() + PROCESSING_MS);
      return answers.uploaded(id);
    }),
  );
  const clock = { nowMs: Date.UTC(2026, 0, 31, 12) };
  const now = () => clock.nowMs;
  const url = provider.env['PHOTO_API_URL'] ?? '';
  const directory = started.use(await makeTemporaryDirectory());
  const store = await openSqliteStore({ directory: directory.path, now });
  started.defer(() => store.close());
  const serve = () => serveModule(url, { photos: { store, now } });
  let module = await serve();
  started.defer(() => module[Symbol.asyncDispose]());

  async function upload(repairType: RepairType, waitSeconds = 0) {
    const variables = { file, repairType, waitSeconds };
    return dataOf(await sendFile(module, UploadPhotoDocument, variables)).uploadPhoto;
  }
  /** Restarts with the same store. */
  async function restart() {
    await module[Symbol.asyncDispose]();
    module = await serve();
  }
  async function restore(count: number) {
    script.held = false;
    const photos = await Promise.all(Array.from({ length: count }, () => upload('REPAIR', 60)));
    for (const { status, expectedReadyAt } of photos)
      expect({ status, expectedReadyAt }).toEqual({ status: 'READY', expectedReadyAt: null });
  }
  function uploadHeld(repairType: RepairType = 'REPAIR') {
    script.held = true;
    return upload(repairType);
  }
  /** The estimated remaining time of the photo, in milliseconds. */
  async function leftMs(id: string) {
    const { photo } = dataOf(await send(module, PhotoDocument, { id }));
    expect(photo?.status).toBe('PROCESSING');
    const expected = photo?.expectedReadyAt ?? null;
    return expected === null ? null : Date.parse(expected) - clock.nowMs;
  }

  const running = started.move();
  return {
    get endpoint() {
      return module.endpoint;
    },
    provider,
    clock,
    restart,
    restore,
    uploadHeld,
    leftMs,
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

describe('expectedReadyAt', () => {
  test('is null until eight photos of the repair type were seen, and then follows their processing time', async () => {
    await using gateway = await startWithClock();
    const { restore, uploadHeld, clock } = gateway;
    await restore(7);
    expect(await uploadHeld()).toMatchObject({ status: 'PROCESSING', expectedReadyAt: null });
    await restore(1);
    const { uploadedAt, expectedReadyAt } = await uploadHeld();
    expect(uploadedAt).toBe(new Date(clock.nowMs).toISOString());
    const leftMs = Date.parse(expectedReadyAt ?? '') - clock.nowMs;
    expect(leftMs).toBeGreaterThan(PROCESSING_MS / 2);
    expect(leftMs).toBeLessThan(PROCESSING_MS * 4);
    expect(await uploadHeld('COLORIZE')).toMatchObject({ expectedReadyAt: null });
  });

  test('stays in the future until the photo has outlived all observations', async () => {
    await using gateway = await startWithClock();
    const { restore, uploadHeld, leftMs, clock } = gateway;
    await restore(8);
    const { id } = await uploadHeld();
    const beganAtMs = clock.nowMs;
    const atFirstMs = (await leftMs(id)) ?? NaN;

    clock.nowMs = beganAtMs + atFirstMs - 1;
    expect(await leftMs(id)).toBeGreaterThanOrEqual(1);
    clock.nowMs = beganAtMs + HOUR_MS / 2;
    expect(await leftMs(id)).toBeNull();
    // The clock is set back to before the upload, so the photo counts as new.
    clock.nowMs = beganAtMs - HOUR_MS;
    expect(await leftMs(id)).toBe(atFirstMs);
  });

  test('is the same after a restart', async () => {
    await using gateway = await startWithClock();
    const { restart, restore, uploadHeld, leftMs } = gateway;
    await restore(8);
    const { id } = await uploadHeld();
    const before = await leftMs(id);
    expect(before).not.toBeNull();
    await restart();
    expect(await leftMs(id)).toBe(before);
  });

  test('is given in the list only for PROCESSING photos', async () => {
    await using gateway = await startWithClock();
    const { restore, uploadHeld } = gateway;
    await restore(8);
    const { id } = await uploadHeld();
    const { photos } = dataOf(await send(gateway, PhotosDocument, {}));
    expect(photos.edges).toHaveLength(9);
    for (const { node } of photos.edges) {
      const processing = node.id === id;
      expect(node.status).toBe(processing ? 'PROCESSING' : 'READY');
      expect(node.expectedReadyAt === null).toBe(!processing);
      expect(node.downloadUrl === null).toBe(processing);
    }
    const { photoStatus } = dataOf(await send(gateway, PhotoStatusDocument, { id: 'photo-0' }));
    expect(photoStatus).toMatchObject({ status: 'READY', expectedReadyAt: null });
  });

  test('is null for a photo that was not uploaded here, even while a client waits for it', async () => {
    await using gateway = await startWithClock();
    const { restore, provider } = gateway;
    await restore(8);
    using client = subscribers.WebSocket(gateway);
    const waiting = client.subscribe(PhotoReadyDocument, { id: 'elsewhere' });
    const pushed = waiting.next();
    const polled = () => provider.calls.some(({ fields }) => fields.get('mdf') === 'elsewhere');
    await expect.poll(polled).toBe(true);
    const { photoStatus } = dataOf(await send(gateway, PhotoStatusDocument, { id: 'elsewhere' }));
    expect(photoStatus).toMatchObject({ status: 'PROCESSING', expectedReadyAt: null });
    await waiting.return?.();
    await pushed;
  });
});

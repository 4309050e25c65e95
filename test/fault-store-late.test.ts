import { expect, test } from 'vitest';
import { StoreUnavailableError } from '../src/photos/store/store-unavailable-error.ts';
import { createWriteBehindStore } from '../src/photos/store/write-behind-store.ts';
import type { Store } from '../src/photos/store/store.ts';
import { at, begun, makeKept, uploadOf } from './support/store-samples.ts';
import { createSqliteFixture } from './support/store-sqlite-fixture.ts';

const WRITES = new Set<string | symbol>([
  'markIdempotencyRecordSent',
  'markIdempotencyRecordUnknown',
  'releaseIdempotencyRecord',
  'complete',
  'markReady',
  'takeUpload',
  'returnUpload',
]);

interface Disk {
  /** Writes fail with it. */
  fault: Error | null;
  /** All calls fail with it, this many times. */
  away: Error | null;
  triesLeft: number;
  /** All calls do their work, and fail with it. */
  unanswered: Error | null;
}

/** A write-behind store over an SQLite store whose writes fail, as on a full disk, while `disk.fault` is set. */
async function openWriteBehindStore(maxLateWrites = 10, closeTimeMs = () => 0) {
  const fixture = await createSqliteFixture();
  const disk: Disk = {
    fault: null,
    unanswered: null,
    away: null,
    triesLeft: Infinity,
  };
  const store: Store = new Proxy(fixture.store, {
    get(target, name) {
      const { fault, away, unanswered } = disk;
      if (unanswered !== null)
        return async (...args: readonly unknown[]) => {
          const method: unknown = Reflect.get(target, name);
          if (typeof method === 'function') await Reflect.apply(method, target, args);
          throw unanswered;
        };
      if (away !== null && disk.triesLeft > 0)
        return () => {
          disk.triesLeft -= 1;
          return Promise.reject(away);
        };
      if (fault !== null && WRITES.has(name)) return () => Promise.reject(fault);
      return Reflect.get(target, name) as unknown;
    },
  });
  const lines: string[] = [];
  const note = (_fields: object, text?: string) => void lines.push(text ?? '');
  const writeBehind = createWriteBehindStore({
    store,
    maxLateWrites,
    closeTimeMs,
    now: () => fixture.clock.nowMs,
    log: { warn: note, error: note },
  });
  return { ...fixture, disk, writeBehind, lines };
}

const full = Object.assign(new Error('database or disk is full'), { errcode: 13 });
const broken = Object.assign(new Error('UNIQUE constraint failed'), { errcode: 19 });
const recordKey = { client: 'anna', key: 'key' };

test('a key whose record has begun although that failed is free again, also for other gateways', async () => {
  await using fixture = await openWriteBehindStore();
  const { writeBehind, disk, store } = fixture;
  disk.unanswered = new StoreUnavailableError('no answer');
  await expect(writeBehind.beginIdempotencyRecord(recordKey, begun())).rejects.toMatchObject({
    code: 'UPLOAD_FAILED',
    charged: false,
  });
  disk.unanswered = null;
  await writeBehind.completedUploads();
  expect(await store.findIdempotencyRecord(recordKey)).toBeNull();
});

test('a photo found ready while nothing can be read, again and again, takes no room from others', async () => {
  await using fixture = await openWriteBehindStore(3);
  const { writeBehind, disk, lines } = fixture;
  await writeBehind.complete('anna', uploadOf('p'), null);
  disk.away = new StoreUnavailableError('away');
  for (let tried = 0; tried < 5; tried += 1)
    await expect(writeBehind.markReady('p', 1, at(1), at(2))).rejects.toBe(disk.away);
  expect(await writeBehind.complete('anna', uploadOf('q'), null)).toMatchObject({ revision: 1 });
  expect(lines).not.toContain('An upload was paid for and cannot be stored');
  disk.away = null;
  expect(await writeBehind.markReady('p', 1, at(1), at(2))).toMatchObject({ status: 'READY' });
  expect(await writeBehind.photoOf('anna', 'q')).toMatchObject({ id: 'q', status: 'PROCESSING' });
  expect(await writeBehind.completedUploads()).toBe(2);
});

test('an upload that is not stored yet is its client’s own, and counted', async () => {
  await using fixture = await openWriteBehindStore();
  const { writeBehind, disk } = fixture;
  disk.fault = full;
  await writeBehind.complete('anna', uploadOf('p'), null);
  expect(await writeBehind.photoOf('anna', 'p')).toMatchObject({ id: 'p', revision: 1 });
  expect(await writeBehind.photoOf('bert', 'p')).toBe('foreign');
  expect(await writeBehind.completedUploads()).toBe(1);
  disk.fault = null;
  expect(await writeBehind.completedUploads()).toBe(1);
  expect(await writeBehind.photoOf('anna', 'p')).toMatchObject({ id: 'p', revision: 1 });
  expect(await writeBehind.photoOf('bert', 'p')).toBe('foreign');
});

test('a photo that another client uploads again belongs to both', async () => {
  await using fixture = await openWriteBehindStore();
  const { writeBehind, disk } = fixture;
  await writeBehind.complete('anna', uploadOf('p'), null);
  disk.fault = full;
  await writeBehind.complete('bert', uploadOf('p', { repairType: 'COLORIZE' }), null);
  for (const [client, repairType] of [
    ['anna', 'REPAIR'],
    ['bert', 'COLORIZE'],
  ] as const) {
    const own = { revision: 2, status: 'PROCESSING', repairType };
    expect(await writeBehind.photoOf(client, 'p')).toMatchObject(own);
  }
  expect(await writeBehind.photoOf('carl', 'p')).toBe('foreign');
});

test('a photo that another client uploads again stays as it was archived for the first', async () => {
  await using fixture = await openWriteBehindStore();
  const { writeBehind, store, disk } = fixture;
  await makeKept(store, 'p', null, 'anna');
  const kept = await writeBehind.photoOf('anna', 'p');
  expect(kept).toMatchObject({ status: 'READY', repairType: 'REPAIR' });
  disk.fault = full;
  await writeBehind.complete('bert', uploadOf('p', { repairType: 'COLORIZE' }), null);
  const later = { revision: 2, status: 'PROCESSING', repairType: 'COLORIZE' };
  for (const fault of [full, null]) {
    disk.fault = fault;
    expect(await writeBehind.photoOf('anna', 'p')).toEqual(kept);
    expect(await writeBehind.photoOf('bert', 'p')).toMatchObject(later);
    expect(await writeBehind.photo('p')).toMatchObject(later);
  }
});

test('the idempotency record of an upload that is not stored yet has succeeded', async () => {
  await using fixture = await openWriteBehindStore();
  const { writeBehind, disk } = fixture;
  await writeBehind.beginIdempotencyRecord(recordKey, begun('print'));
  await writeBehind.markIdempotencyRecordSent(recordKey, null);
  disk.fault = full;
  await writeBehind.complete('anna', uploadOf('p'), recordKey);
  const succeeded = { state: 'succeeded', photoId: 'p', fingerprint: 'print' };
  expect(await writeBehind.beginIdempotencyRecord(recordKey, begun('print'))).toMatchObject(
    succeeded,
  );
});

test('pending changes are stored in order, each once', async () => {
  await using fixture = await openWriteBehindStore();
  const { writeBehind, disk, store, lines } = fixture;
  await writeBehind.takeUpload('anna', '2026-01-31', 5);
  await writeBehind.takeUpload('anna', '2026-01-31', 5);
  disk.fault = full;
  await writeBehind.complete('anna', uploadOf('p'), null);
  await writeBehind.markReady('p', 1, at(1), at(3_600_000));
  await writeBehind.returnUpload('anna', '2026-01-31');
  expect(await writeBehind.photo('p')).toMatchObject({ status: 'READY', revision: 1 });
  disk.fault = null;
  const own = Promise.resolve(writeBehind.photoOf('anna', 'p'));
  const reads = [writeBehind.photo('p'), writeBehind.photo('p'), own];
  for (const photo of await Promise.all(reads)) expect(photo).toMatchObject({ status: 'READY' });
  expect(await store.photo('p')).toMatchObject({ status: 'READY', revision: 1 });
  expect(await store.takenUploads('anna', '2026-01-31')).toBe(1);
  expect(lines).toEqual([
    'The store cannot be written to: essential changes wait in memory',
    'The store can be written to again',
  ]);
});

test('a READY photo that is not stored yet expires in time', async () => {
  await using fixture = await openWriteBehindStore();
  const { writeBehind, disk, clock } = fixture;
  disk.fault = full;
  await writeBehind.markReady('p', 0, new Date(clock.nowMs), new Date(clock.nowMs + 1000));
  expect(await writeBehind.photo('p')).toMatchObject({ status: 'READY', revision: 0 });
  clock.nowMs += 1000;
  expect(await writeBehind.photo('p')).toMatchObject({ status: 'EXPIRED', revision: 0 });
});

test('the number of pending changes is limited, and one more fails', async () => {
  await using fixture = await openWriteBehindStore(2);
  const { writeBehind, disk } = fixture;
  disk.fault = full;
  await writeBehind.releaseIdempotencyRecord(recordKey);
  await writeBehind.releaseIdempotencyRecord(recordKey);
  await expect(writeBehind.complete('anna', uploadOf('p'), null)).rejects.toThrow('2 writes');
  expect(await writeBehind.photo('p')).toBeNull();
  disk.fault = null;
  await writeBehind.complete('anna', uploadOf('p'), null);
});

test('a change that fails permanently does not block later ones', async () => {
  await using fixture = await openWriteBehindStore();
  const { writeBehind, disk, lines } = fixture;
  disk.fault = broken;
  await expect(writeBehind.markReady('p', 0, at(0), at(1))).rejects.toBe(broken);
  disk.fault = full;
  await writeBehind.returnUpload('anna', '2026-01-31');
  disk.fault = broken;
  await writeBehind.photo('p');
  expect(lines).toContain('A change that waited for the store has failed for good');
  disk.fault = null;
  await writeBehind.complete('anna', uploadOf('p'), null);
});

test('changes that are pending when the gateway ends are stored if that becomes possible in its time', async () => {
  await using fixture = await openWriteBehindStore(10, () => 60_000);
  const { writeBehind, disk, lines } = fixture;
  disk.away = new StoreUnavailableError('away');
  await writeBehind.complete('anna', uploadOf('p'), null);
  disk.triesLeft = 2;
  await writeBehind.close();
  expect(disk.triesLeft).toBe(0);
  expect(lines).not.toContain('Changes that could not be stored are lost');
});

test('changes that are still pending when the gateway ends are logged', async () => {
  await using fixture = await openWriteBehindStore();
  const { writeBehind, disk, lines } = fixture;
  disk.fault = full;
  await writeBehind.releaseIdempotencyRecord(recordKey);
  await writeBehind.close();
  expect(lines).toContain('Changes that could not be stored are lost');
});

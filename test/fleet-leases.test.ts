import { expect, test } from 'vitest';
import { z } from 'zod';
import { createPostgresAccount } from '../src/photos/store/postgres/account.ts';
import { openDatabase } from '../src/photos/store/postgres/database.ts';
import type { Sql } from '../src/photos/store/postgres/sql.ts';
import { createStoreClock } from '../src/photos/store/postgres/store-clock.ts';
import { StoreUnavailableError } from '../src/photos/store/store-unavailable-error.ts';
import { createFleetDatabase } from './support/fleet-database.ts';
import { begun, uploadOf } from './support/store-samples.ts';

const key = { client: 'a', key: 'k' };
const period = '2026-01-31';
const unknownRecord = z.object({ state: z.literal('unknown'), endedAgoMs: z.number() });

test('a gateway that starts leaves what the others have begun alone', async () => {
  await using fleet = await createFleetDatabase();
  const a = await fleet.open();
  await a.beginIdempotencyRecord(key, begun());
  const b = await fleet.open();
  const running = { state: 'running', elsewhere: true };
  expect(await b.findIdempotencyRecord(key)).toMatchObject(running);
  expect(await b.beginIdempotencyRecord(key, begun())).toMatchObject(running);
  expect(await a.findIdempotencyRecord(key)).toMatchObject({ state: 'running', elsewhere: false });
  await a.markIdempotencyRecordSent(key, null);
  expect(await b.findIdempotencyRecord(key)).toMatchObject(running);
  await a.complete('a', uploadOf('p'), key);
  expect(await b.findIdempotencyRecord(key)).toMatchObject({ state: 'succeeded', photoId: 'p' });
});

test('what a gateway has begun is settled at its lookup, once its lease has passed', async () => {
  await using fleet = await createFleetDatabase();
  const a = await fleet.open();
  const b = await fleet.open();
  const sent = { client: 'a', key: 'sent' };
  for (const recordKey of [key, sent]) {
    await a.beginIdempotencyRecord(recordKey, { fingerprint: 'f', period });
    await a.takeUpload('a', period, 5);
  }
  await a.markIdempotencyRecordSent(sent, { remaining: 7, completedUploads: 3 });
  await fleet.lapse();
  expect(await b.findIdempotencyRecord(sent)).toMatchObject({
    state: 'unknown',
    snapshot: { remaining: 7, completedUploads: 3 },
    period,
  });
  expect(await b.beginIdempotencyRecord(key, begun())).toBeNull();
  expect(await b.takenUploads('a', period)).toBe(1);
});

test('what a gateway has begun is settled by the others after a while, without a lookup', async () => {
  await using fleet = await createFleetDatabase();
  const a = await fleet.open();
  await a.beginIdempotencyRecord(key, { fingerprint: 'f', period });
  await a.takeUpload('a', period, 5);
  await fleet.lapse();
  const b = await fleet.open({ renewMs: 20 });
  await expect.poll(() => b.takenUploads('a', period)).toBe(0);
});

test('an upload of a gateway that cannot renew its lease may go on: it has not ended before its time is up', async () => {
  await using fleet = await createFleetDatabase();
  const cutOff = await fleet.open({ uploadTimeoutMs: 60_000 });
  const other = await fleet.open();
  for (const recordKey of [key, { client: 'a', key: 'own' }]) {
    await cutOff.beginIdempotencyRecord(recordKey, begun());
    await cutOff.markIdempotencyRecordSent(recordKey, null);
  }
  // This one has ended, as its own gateway says.
  await cutOff.markIdempotencyRecordUnknown({ client: 'a', key: 'own' });
  await fleet.lapse();
  const settled = async (recordKey: typeof key) =>
    unknownRecord.parse(await other.findIdempotencyRecord(recordKey));
  expect((await settled(key)).endedAgoMs).toBeLessThan(-50_000);
  expect((await settled({ client: 'a', key: 'own' })).endedAgoMs).toBeGreaterThanOrEqual(0);
});

test('a gateway that was late with its lease cannot send what was settled', async () => {
  await using fleet = await createFleetDatabase();
  const late = await fleet.open();
  const other = await fleet.open();
  await late.beginIdempotencyRecord(key, begun());
  await fleet.lapse();
  expect(await other.beginIdempotencyRecord(key, begun())).toBeNull();
  await expect(late.markIdempotencyRecordSent(key, null)).rejects.toThrow('not running');
  // Nor may it end the record of the other.
  await late.releaseIdempotencyRecord(key);
  await late.markIdempotencyRecordUnknown(key);
  await other.markIdempotencyRecordSent(key, null);
  expect(await late.complete('a', uploadOf('late'), key)).toMatchObject({ id: 'late' });
  expect(await other.findIdempotencyRecord(key)).toMatchObject({ state: 'running' });
  expect(await other.photoOf('a', 'late')).toMatchObject({ id: 'late' });
});

test('an upload that succeeds although it was settled is its key’s outcome, if nobody else has the key', async () => {
  await using fleet = await createFleetDatabase();
  const late = await fleet.open();
  const other = await fleet.open();
  await late.beginIdempotencyRecord(key, begun());
  await late.markIdempotencyRecordSent(key, null);
  await fleet.lapse();
  expect(await other.findIdempotencyRecord(key)).toMatchObject({ state: 'unknown' });
  await late.complete('a', uploadOf('p'), key);
  expect(await other.findIdempotencyRecord(key)).toMatchObject({ state: 'succeeded' });
});

test('an upload that was settled while it ran does not count, since a snapshot may have its charge', async () => {
  await using fleet = await createFleetDatabase();
  const late = await fleet.open();
  const opened = await late.openUpload();
  await fleet.lapse();
  const other = await fleet.open();
  expect(await other.takeSnapshot(4, 1)).toEqual({ remaining: 4, completedUploads: 0 });
  await late.complete('a', uploadOf('p'), null, opened);
  expect(await other.account()).toMatchObject({ completedUploads: 0, runningUploads: 0 });
});

test('an upload whose row a crash of the database has lost does not close the one that gets its number', async () => {
  await using fleet = await createFleetDatabase();
  const store = await fleet.open();
  const lost = await store.openUpload();
  await fleet.execute("DELETE FROM open_uploads; SELECT setval('open_uploads_id_seq', 1, false)");
  const running = await store.openUpload();
  await store.complete('a', uploadOf('p'), null, lost);
  expect(await store.account()).toMatchObject({ runningUploads: 1, completedUploads: 0 });
  await store.complete('a', uploadOf('q'), null, running);
  expect(await store.account()).toMatchObject({ runningUploads: 0, completedUploads: 1 });
});

test('an upload whose opening was not answered is not open for long', async () => {
  await using fleet = await createFleetDatabase();
  const store = await fleet.open();
  const database = openDatabase({ url: fleet.url, log: { warn: () => undefined } });
  await using _ = { [Symbol.asyncDispose]: () => database.close() };
  let answering = false;
  async function query(statement: Sql) {
    const answer = await database.query(statement);
    if (!answering) throw new StoreUnavailableError('no answer');
    return answer;
  }
  const unreliable = createPostgresAccount({
    database: { ...database, query },
    clock: await createStoreClock(database, () => 0),
    lease: { node: crypto.randomUUID() },
  });
  await expect(unreliable.openUpload()).rejects.toThrow('no answer');
  expect(await store.account()).toMatchObject({ runningUploads: 1 });
  answering = true;
  expect(await unreliable.account()).toMatchObject({ runningUploads: 0 });
});

test('an upload that is stored again, after its answer was lost, is one upload', async () => {
  await using fleet = await createFleetDatabase();
  const store = await fleet.open();
  const opened = await store.openUpload();
  const photo = await store.complete('a', uploadOf('p'), null, opened);
  expect(await store.complete('a', uploadOf('p'), null, opened)).toEqual(photo);
  expect(await store.completedUploads()).toBe(1);
  const again = await store.complete('a', uploadOf('p'), null, await store.openUpload());
  expect(again).toMatchObject({ revision: 2 });
});

test('a gateway that was late takes its lease again', async () => {
  await using fleet = await createFleetDatabase();
  const late = await fleet.open({ renewMs: 20 });
  await fleet.lapse();
  await expect.poll(() => fleet.living()).toBe(1);
  await late.beginIdempotencyRecord(key, begun());
  await late.markIdempotencyRecordSent(key, null);
});

test('a gateway that stops ends its lease, and what it had begun, at once', async () => {
  await using fleet = await createFleetDatabase();
  const a = await fleet.open({ uploadTimeoutMs: 60_000 });
  const b = await fleet.open();
  const sent = { client: 'a', key: 'sent' };
  await a.beginIdempotencyRecord(key, begun());
  await a.beginIdempotencyRecord(sent, begun());
  await a.markIdempotencyRecordSent(sent, null);
  await a.close();
  expect(await fleet.living()).toBe(1);
  // It says itself that its upload has ended.
  const { endedAgoMs } = unknownRecord.parse(await b.findIdempotencyRecord(sent));
  expect(endedAgoMs).toBeGreaterThanOrEqual(0);
  expect(await b.beginIdempotencyRecord(key, begun())).toBeNull();
});

test('the allowance of a client holds for all gateways together', async () => {
  await using fleet = await createFleetDatabase();
  const stores = [await fleet.open(), await fleet.open(), await fleet.open()];
  const taken = await Promise.all(
    Array.from({ length: 10 }, () =>
      stores.map((store) => store.takeUpload('a', period, 7)),
    ).flat(),
  );
  expect(taken.filter(Boolean)).toHaveLength(7);
});

test('gateways that start together on an empty database have one signing key', async () => {
  await using fleet = await createFleetDatabase();
  const stores = await Promise.all([fleet.open(), fleet.open(), fleet.open()]);
  const keys = await Promise.all(stores.map((store) => store.signingKey()));
  expect(new Set(keys.map((bytes) => Buffer.from(bytes).toString('hex'))).size).toBe(1);
});

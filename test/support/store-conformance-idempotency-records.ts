import { describe, expect, test } from 'vitest';
import type { CreateStoreFixture } from './store-fixture.ts';
import { begun, HOUR_MS, uploadOf } from './store-samples.ts';

const recordKey = { client: 'a', key: 'k' };
const snapshot = { remaining: 7, completedUploads: 3 };

/** Idempotency: one charge for one key. */
export function describeIdempotencyRecords(createFixture: CreateStoreFixture): void {
  describe('an idempotency record', () => {
    test('takes a free key, and later requests for the key get it', async () => {
      await using fixture = await createFixture();
      const results = await Promise.all(
        Array.from({ length: 10 }, (_, n) =>
          fixture.store.beginIdempotencyRecord(recordKey, begun(`f${n}`)),
        ),
      );
      const winner = results.indexOf(null);
      const running = { state: 'running', fingerprint: `f${winner}` };
      const others = results.filter((earlier) => earlier !== null);
      expect(others).toHaveLength(9);
      for (const earlier of others) expect(earlier).toMatchObject(running);
    });

    test('can be read without beginning it', async () => {
      await using fixture = await createFixture();
      expect(await fixture.store.findIdempotencyRecord(recordKey)).toBeNull();
      expect(await fixture.store.beginIdempotencyRecord(recordKey, begun())).toBeNull();
      expect(await fixture.store.findIdempotencyRecord(recordKey)).toMatchObject({
        state: 'running',
        fingerprint: 'f',
      });
      expect(await fixture.store.findIdempotencyRecord({ client: 'b', key: 'k' })).toBeNull();
    });

    test('that was not sent before a crash gives its allowance back', async () => {
      await using fixture = await createFixture();
      const { store } = fixture;
      const period = '2026-01-31';
      for (const key of ['sent', 'unsent', 'unsent too']) {
        const own = { client: 'a', key };
        await store.beginIdempotencyRecord(own, { ...begun(), period });
        await store.takeUpload('a', period, 5);
        if (key === 'sent') await store.markIdempotencyRecordSent(own, snapshot);
      }
      await store.takeUpload('b', period, 5);
      const reopened = await fixture.reopen();
      expect(await reopened.takenUploads('a', period)).toBe(1);
      expect(await reopened.takenUploads('b', period)).toBe(1);
    });

    test('belongs to its client alone', async () => {
      await using fixture = await createFixture();
      const others = [
        { client: 'b', key: 'k' },
        { client: 'a', key: 'K' },
        { client: 'a', key: 'k ' },
        { client: 'a', key: 'k\u0000' },
        { client: 'ak', key: '' },
        { client: 'a', key: '\u00e9' },
        { client: 'a', key: 'e\u0301' },
      ];
      for (const own of [recordKey, ...others]) {
        expect(await fixture.store.beginIdempotencyRecord(own, begun('f'))).toBeNull();
      }
      await fixture.store.releaseIdempotencyRecord(recordKey);
      for (const other of others) {
        expect(await fixture.store.beginIdempotencyRecord(other, begun('f'))).not.toBeNull();
      }
    });

    test('of a failed upload is deleted, sent or not', async () => {
      await using fixture = await createFixture();
      const { store } = fixture;
      await store.beginIdempotencyRecord(recordKey, begun('f'));
      await store.releaseIdempotencyRecord(recordKey);
      expect(await store.beginIdempotencyRecord(recordKey, begun('g'))).toBeNull();
      await store.markIdempotencyRecordSent(recordKey, snapshot);
      await store.releaseIdempotencyRecord(recordKey);
      expect(await store.beginIdempotencyRecord(recordKey, begun('h'))).toBeNull();
      expect(await store.beginIdempotencyRecord(recordKey, begun('h'))).toMatchObject({
        state: 'running',
        fingerprint: 'h',
      });
    });

    test('succeeds with its photo, finally', async () => {
      await using fixture = await createFixture();
      const { store } = fixture;
      await store.beginIdempotencyRecord(recordKey, begun('f'));
      await store.markIdempotencyRecordSent(recordKey, snapshot);
      await store.complete('a', uploadOf('p'), recordKey);
      const succeeded = {
        state: 'succeeded',
        fingerprint: 'f',
        photoId: 'p',
        contentHash: 'sha256 of p',
      };
      expect(await store.beginIdempotencyRecord(recordKey, begun('g'))).toEqual(succeeded);
      await store.releaseIdempotencyRecord(recordKey);
      await store.markIdempotencyRecordUnknown(recordKey);
      await expect(store.markIdempotencyRecordSent(recordKey, null)).rejects.toThrow('not running');
      const reopened = await fixture.reopen();
      expect(await reopened.beginIdempotencyRecord(recordKey, begun('g'))).toEqual(succeeded);
    });

    test('succeeds without a hash if the file did not arrive completely', async () => {
      await using fixture = await createFixture();
      const { store } = fixture;
      await store.beginIdempotencyRecord(recordKey, begun('f'));
      await store.complete('a', uploadOf('p', { contentHash: null }), recordKey);
      expect(await store.beginIdempotencyRecord(recordKey, begun('f'))).toMatchObject({
        state: 'succeeded',
        contentHash: null,
      });
    });

    test('succeeds without affecting other keys and uploads without a key', async () => {
      await using fixture = await createFixture();
      const { store } = fixture;
      const other = { client: 'b', key: 'k' };
      await store.beginIdempotencyRecord(recordKey, begun('f'));
      await store.beginIdempotencyRecord(other, begun('f'));
      await store.complete('a', uploadOf('p'), null);
      await store.complete('b', uploadOf('p'), other);
      expect(await store.beginIdempotencyRecord(recordKey, begun('f'))).toMatchObject({
        state: 'running',
      });
      expect(await store.beginIdempotencyRecord(other, begun('f'))).toMatchObject({
        state: 'succeeded',
      });
    });

    test.each([snapshot, null])('may end with an unknown cost, from %j', async (before) => {
      await using fixture = await createFixture();
      const { store } = fixture;
      await store.beginIdempotencyRecord(recordKey, begun('f'));
      await store.markIdempotencyRecordSent(recordKey, before);
      expect(await store.beginIdempotencyRecord(recordKey, begun('g'))).toMatchObject({
        state: 'running',
      });
      await store.markIdempotencyRecordUnknown(recordKey);
      const unknown = {
        state: 'unknown',
        fingerprint: 'f',
        snapshot: before,
        endedAgoMs: 0,
        period: null,
      };
      expect(await store.beginIdempotencyRecord(recordKey, begun('g'))).toMatchObject(unknown);
      const reopened = await fixture.reopen();
      const left = await reopened.beginIdempotencyRecord(recordKey, begun('g'));
      expect(left).toMatchObject(unknown);
    });

    test('has the age of its end and the period of its allowance, whatever the clock is set to', async () => {
      await using fixture = await createFixture();
      const { store, clock } = fixture;
      await store.beginIdempotencyRecord(recordKey, { fingerprint: 'f', period: '2026-01-01' });
      await store.markIdempotencyRecordSent(recordKey, snapshot);
      clock.steadyMs += 5000;
      await store.markIdempotencyRecordUnknown(recordKey);
      clock.nowMs += 1000 * HOUR_MS;
      clock.steadyMs += 70;
      const unknown = { state: 'unknown', endedAgoMs: 70, period: '2026-01-01' };
      expect(await store.beginIdempotencyRecord(recordKey, begun('g'))).toMatchObject(unknown);
      // Time does not count while no gateway runs.
      const reopened = await fixture.reopen();
      const later = await reopened.beginIdempotencyRecord(recordKey, begun('g'));
      expect(later).toMatchObject({ ...unknown, endedAgoMs: 0 });
    });

    test('of an unknown upload is deleted once, when that is found not to be charged', async () => {
      await using fixture = await createFixture();
      const { store, clock } = fixture;
      const lose = async () => {
        clock.steadyMs += 1;
        expect(await store.beginIdempotencyRecord(recordKey, begun())).toBeNull();
        await store.markIdempotencyRecordSent(recordKey, snapshot);
        await store.markIdempotencyRecordUnknown(recordKey);
        const lost = await store.findIdempotencyRecord(recordKey);
        if (lost?.state !== 'unknown') throw new Error('It is not unknown');
        return lost.attempt;
      };
      const first = await lose();
      expect(await store.ruleOutIdempotencyRecord(recordKey, first)).toBe(true);
      expect(await store.ruleOutIdempotencyRecord(recordKey, first)).toBe(false);
      expect(await store.findIdempotencyRecord(recordKey)).toBeNull();
      // Whoever compared the account for the first one must not free the key of the second.
      const second = await lose();
      expect(await store.ruleOutIdempotencyRecord(recordKey, first)).toBe(false);
      const reopened = await fixture.reopen();
      expect(await reopened.findIdempotencyRecord(recordKey)).toMatchObject({ state: 'unknown' });
      expect(await reopened.ruleOutIdempotencyRecord(recordKey, second)).toBe(true);
    });

    test('that was never begun cannot be marked as sent, and leaves no trace', async () => {
      await using fixture = await createFixture();
      const { store } = fixture;
      await expect(store.markIdempotencyRecordSent(recordKey, snapshot)).rejects.toThrow(
        'not running',
      );
      await store.markIdempotencyRecordUnknown(recordKey);
      await store.releaseIdempotencyRecord(recordKey);
      expect(await store.beginIdempotencyRecord(recordKey, begun('f'))).toBeNull();
    });

    test('that was purged when its upload succeeds does not prevent storing the photo', async () => {
      await using fixture = await createFixture();
      const photo = await fixture.store.complete('a', uploadOf('p'), recordKey);
      expect(await fixture.store.photoOf('a', 'p')).toEqual(photo);
      expect(await fixture.store.beginIdempotencyRecord(recordKey, begun('f'))).toBeNull();
    });
  });

  describe('an idempotency record that a dead process left', () => {
    test('is deleted if its picture was not sent completely', async () => {
      await using fixture = await createFixture();
      await fixture.store.beginIdempotencyRecord(recordKey, begun('f'));
      const reopened = await fixture.reopen();
      expect(await reopened.beginIdempotencyRecord(recordKey, begun('g'))).toBeNull();
    });

    test.each([snapshot, null])('is unknown if it was, from %j', async (before) => {
      await using fixture = await createFixture();
      await fixture.store.beginIdempotencyRecord(recordKey, begun('f'));
      await fixture.store.markIdempotencyRecordSent(recordKey, before);
      const reopened = await fixture.reopen();
      expect(await reopened.beginIdempotencyRecord(recordKey, begun('g'))).toMatchObject({
        state: 'unknown',
        fingerprint: 'f',
        snapshot: before,
        endedAgoMs: 0,
        period: null,
      });
    });

    test('ended at the latest when its store was opened again', async () => {
      await using fixture = await createFixture();
      await fixture.store.beginIdempotencyRecord(recordKey, begun('f'));
      await fixture.store.markIdempotencyRecordSent(recordKey, snapshot);
      fixture.clock.steadyMs += 1000;
      const reopened = await fixture.reopen();
      fixture.clock.steadyMs += 30;
      expect(await reopened.beginIdempotencyRecord(recordKey, begun('g'))).toMatchObject({
        endedAgoMs: 30,
      });
    });
  });
}

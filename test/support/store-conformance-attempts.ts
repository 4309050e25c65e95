import { describe, expect, test } from 'vitest';
import type { CreateStoreFixture } from './store-conformance.ts';
import { begun, HOUR_MS, uploadOf } from './store-samples.ts';

const attempt = { client: 'a', key: 'k' };
const balance = { remaining: 7, completedUploads: 3 };

/** One charge for one key. */
export function describeAttempts(createFixture: CreateStoreFixture): void {
  describe('an attempt', () => {
    test('takes a free key, and all others are shown it', async () => {
      await using fixture = await createFixture();
      const results = await Promise.all(
        Array.from({ length: 10 }, (_, n) => fixture.store.beginAttempt(attempt, begun(`f${n}`))),
      );
      const winner = results.indexOf(null);
      const running = { state: 'running', fingerprint: `f${winner}` };
      expect(results).toEqual(results.map((_earlier, n) => (n === winner ? null : running)));
    });

    test('can be asked for, and is not begun by that', async () => {
      await using fixture = await createFixture();
      expect(await fixture.store.attempt(attempt)).toBeNull();
      expect(await fixture.store.beginAttempt(attempt, begun())).toBeNull();
      expect(await fixture.store.attempt(attempt)).toEqual({ state: 'running', fingerprint: 'f' });
      expect(await fixture.store.attempt({ client: 'b', key: 'k' })).toBeNull();
    });

    test('has a key of its client alone', async () => {
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
      for (const own of [attempt, ...others]) {
        expect(await fixture.store.beginAttempt(own, begun('f'))).toBeNull();
      }
      await fixture.store.releaseAttempt(attempt);
      for (const other of others) {
        expect(await fixture.store.beginAttempt(other, begun('f'))).not.toBeNull();
      }
    });

    test('that failed leaves its key free, sent or not', async () => {
      await using fixture = await createFixture();
      const { store } = fixture;
      await store.beginAttempt(attempt, begun('f'));
      await store.releaseAttempt(attempt);
      expect(await store.beginAttempt(attempt, begun('g'))).toBeNull();
      await store.markSent(attempt, balance);
      await store.releaseAttempt(attempt);
      expect(await store.beginAttempt(attempt, begun('h'))).toBeNull();
      expect(await store.beginAttempt(attempt, begun('h'))).toEqual({
        state: 'running',
        fingerprint: 'h',
      });
    });

    test('succeeds with its photo, for good', async () => {
      await using fixture = await createFixture();
      const { store } = fixture;
      await store.beginAttempt(attempt, begun('f'));
      await store.markSent(attempt, balance);
      await store.complete('a', uploadOf('p'), attempt);
      const succeeded = {
        state: 'succeeded',
        fingerprint: 'f',
        photoId: 'p',
        contentHash: 'sha256 of p',
      };
      expect(await store.beginAttempt(attempt, begun('g'))).toEqual(succeeded);
      await store.releaseAttempt(attempt);
      await store.markUnknown(attempt);
      await expect(store.markSent(attempt, null)).rejects.toThrow('not under way');
      const reopened = await fixture.reopen();
      expect(await reopened.beginAttempt(attempt, begun('g'))).toEqual(succeeded);
    });

    test('succeeds without a hash where the file did not come whole', async () => {
      await using fixture = await createFixture();
      const { store } = fixture;
      await store.beginAttempt(attempt, begun('f'));
      await store.complete('a', uploadOf('p', { contentHash: null }), attempt);
      expect(await store.beginAttempt(attempt, begun('f'))).toMatchObject({
        state: 'succeeded',
        contentHash: null,
      });
    });

    test('succeeds alone: other keys and uploads without a key stay apart', async () => {
      await using fixture = await createFixture();
      const { store } = fixture;
      const other = { client: 'b', key: 'k' };
      await store.beginAttempt(attempt, begun('f'));
      await store.beginAttempt(other, begun('f'));
      await store.complete('a', uploadOf('p'), null);
      await store.complete('b', uploadOf('p'), other);
      expect(await store.beginAttempt(attempt, begun('f'))).toMatchObject({ state: 'running' });
      expect(await store.beginAttempt(other, begun('f'))).toMatchObject({ state: 'succeeded' });
    });

    test.each([balance, null])('may end with nobody knowing its cost, from %j', async (before) => {
      await using fixture = await createFixture();
      const { store } = fixture;
      await store.beginAttempt(attempt, begun('f'));
      await store.markSent(attempt, before);
      expect(await store.beginAttempt(attempt, begun('g'))).toMatchObject({ state: 'running' });
      await store.markUnknown(attempt);
      const unknown = {
        state: 'unknown',
        fingerprint: 'f',
        balance: before,
        endedAgoMs: 0,
        period: null,
      };
      expect(await store.beginAttempt(attempt, begun('g'))).toEqual(unknown);
      const reopened = await fixture.reopen();
      expect(await reopened.beginAttempt(attempt, begun('g'))).toEqual(unknown);
      await reopened.releaseAttempt(attempt);
      expect(await reopened.beginAttempt(attempt, begun('g'))).toBeNull();
    });

    test('tells how long ago it ended, and whose allowance it took, whatever the clock is set to', async () => {
      await using fixture = await createFixture();
      const { store, clock } = fixture;
      await store.beginAttempt(attempt, { fingerprint: 'f', period: '2026-01-01' });
      await store.markSent(attempt, balance);
      clock.steadyMs += 5000;
      await store.markUnknown(attempt);
      clock.nowMs += 1000 * HOUR_MS;
      clock.steadyMs += 70;
      const unknown = { state: 'unknown', endedAgoMs: 70, period: '2026-01-01' };
      expect(await store.beginAttempt(attempt, begun('g'))).toMatchObject(unknown);
      // What passes while no gateway runs is not known.
      const reopened = await fixture.reopen();
      const later = await reopened.beginAttempt(attempt, begun('g'));
      expect(later).toMatchObject({ ...unknown, endedAgoMs: 0 });
    });

    test('that was never begun cannot be sent, and leaves no trace', async () => {
      await using fixture = await createFixture();
      const { store } = fixture;
      await expect(store.markSent(attempt, balance)).rejects.toThrow('not under way');
      await store.markUnknown(attempt);
      await store.releaseAttempt(attempt);
      expect(await store.beginAttempt(attempt, begun('f'))).toBeNull();
    });

    test('that is gone when its upload succeeds does not take the photo with it', async () => {
      await using fixture = await createFixture();
      const photo = await fixture.store.complete('a', uploadOf('p'), attempt);
      expect(await fixture.store.photoOf('a', 'p')).toEqual(photo);
      expect(await fixture.store.beginAttempt(attempt, begun('f'))).toBeNull();
    });
  });

  describe('an attempt that a dead process left', () => {
    test('is gone where its picture had not gone out whole', async () => {
      await using fixture = await createFixture();
      await fixture.store.beginAttempt(attempt, begun('f'));
      const reopened = await fixture.reopen();
      expect(await reopened.beginAttempt(attempt, begun('g'))).toBeNull();
    });

    test.each([balance, null])('is unknown where it had, from %j', async (before) => {
      await using fixture = await createFixture();
      await fixture.store.beginAttempt(attempt, begun('f'));
      await fixture.store.markSent(attempt, before);
      const reopened = await fixture.reopen();
      expect(await reopened.beginAttempt(attempt, begun('g'))).toEqual({
        state: 'unknown',
        fingerprint: 'f',
        balance: before,
        endedAgoMs: 0,
        period: null,
      });
    });

    test('ended no later than its store was opened again', async () => {
      await using fixture = await createFixture();
      await fixture.store.beginAttempt(attempt, begun('f'));
      await fixture.store.markSent(attempt, balance);
      fixture.clock.steadyMs += 1000;
      const reopened = await fixture.reopen();
      fixture.clock.steadyMs += 30;
      expect(await reopened.beginAttempt(attempt, begun('g'))).toMatchObject({ endedAgoMs: 30 });
    });
  });
}

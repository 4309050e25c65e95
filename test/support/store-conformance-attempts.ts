import { describe, expect, test } from 'vitest';
import type { CreateStoreFixture } from './store-conformance.ts';
import { at, uploadOf } from './store-samples.ts';

const attempt = { client: 'a', key: 'k' };
const balance = { remaining: 7, completedUploads: 3 };

/** One charge for one key. */
export function describeAttempts(createFixture: CreateStoreFixture): void {
  describe('an attempt', () => {
    test('takes a free key, and all others are shown it', async () => {
      await using fixture = await createFixture();
      const begun = await Promise.all(
        Array.from({ length: 10 }, (_, n) => fixture.store.beginAttempt(attempt, `f${n}`, at(0))),
      );
      const winner = begun.indexOf(null);
      const running = { state: 'running', fingerprint: `f${winner}` };
      expect(begun).toEqual(begun.map((_earlier, n) => (n === winner ? null : running)));
    });

    test('can be asked for, and is not begun by that', async () => {
      await using fixture = await createFixture();
      expect(await fixture.store.attempt(attempt)).toBeNull();
      expect(await fixture.store.beginAttempt(attempt, 'f', at(0))).toBeNull();
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
        expect(await fixture.store.beginAttempt(own, 'f', at(0))).toBeNull();
      }
      await fixture.store.releaseAttempt(attempt);
      for (const other of others) {
        expect(await fixture.store.beginAttempt(other, 'f', at(0))).not.toBeNull();
      }
    });

    test('that failed leaves its key free, sent or not', async () => {
      await using fixture = await createFixture();
      const { store } = fixture;
      await store.beginAttempt(attempt, 'f', at(0));
      await store.releaseAttempt(attempt);
      expect(await store.beginAttempt(attempt, 'g', at(1))).toBeNull();
      await store.markSent(attempt, balance);
      await store.releaseAttempt(attempt);
      expect(await store.beginAttempt(attempt, 'h', at(2))).toBeNull();
      expect(await store.beginAttempt(attempt, 'h', at(3))).toEqual({
        state: 'running',
        fingerprint: 'h',
      });
    });

    test('succeeds with its photo, for good', async () => {
      await using fixture = await createFixture();
      const { store } = fixture;
      await store.beginAttempt(attempt, 'f', at(0));
      await store.markSent(attempt, balance);
      await store.complete('a', uploadOf('p'), attempt);
      const succeeded = {
        state: 'succeeded',
        fingerprint: 'f',
        photoId: 'p',
        contentHash: 'sha256 of p',
      };
      expect(await store.beginAttempt(attempt, 'g', at(1))).toEqual(succeeded);
      await store.releaseAttempt(attempt);
      await store.markUnknown(attempt);
      await expect(store.markSent(attempt, null)).rejects.toThrow('not under way');
      const reopened = await fixture.reopen();
      expect(await reopened.beginAttempt(attempt, 'g', at(2))).toEqual(succeeded);
    });

    test('succeeds without a hash where the file did not come whole', async () => {
      await using fixture = await createFixture();
      const { store } = fixture;
      await store.beginAttempt(attempt, 'f', at(0));
      await store.complete('a', uploadOf('p', { contentHash: null }), attempt);
      expect(await store.beginAttempt(attempt, 'f', at(1))).toMatchObject({
        state: 'succeeded',
        contentHash: null,
      });
    });

    test('succeeds alone: other keys and uploads without a key stay apart', async () => {
      await using fixture = await createFixture();
      const { store } = fixture;
      const other = { client: 'b', key: 'k' };
      await store.beginAttempt(attempt, 'f', at(0));
      await store.beginAttempt(other, 'f', at(0));
      await store.complete('a', uploadOf('p'), null);
      await store.complete('b', uploadOf('p'), other);
      expect(await store.beginAttempt(attempt, 'f', at(1))).toMatchObject({ state: 'running' });
      expect(await store.beginAttempt(other, 'f', at(1))).toMatchObject({ state: 'succeeded' });
    });

    test.each([balance, null])('may end with nobody knowing its cost, from %j', async (before) => {
      await using fixture = await createFixture();
      const { store } = fixture;
      await store.beginAttempt(attempt, 'f', at(0));
      await store.markSent(attempt, before);
      expect(await store.beginAttempt(attempt, 'g', at(1))).toMatchObject({ state: 'running' });
      await store.markUnknown(attempt);
      const unknown = { state: 'unknown', fingerprint: 'f', balance: before };
      expect(await store.beginAttempt(attempt, 'g', at(2))).toEqual(unknown);
      const reopened = await fixture.reopen();
      expect(await reopened.beginAttempt(attempt, 'g', at(3))).toEqual(unknown);
      await reopened.releaseAttempt(attempt);
      expect(await reopened.beginAttempt(attempt, 'g', at(4))).toBeNull();
    });

    test('that was never begun cannot be sent, and leaves no trace', async () => {
      await using fixture = await createFixture();
      const { store } = fixture;
      await expect(store.markSent(attempt, balance)).rejects.toThrow('not under way');
      await store.markUnknown(attempt);
      await store.releaseAttempt(attempt);
      expect(await store.beginAttempt(attempt, 'f', at(0))).toBeNull();
    });

    test('that is gone when its upload succeeds does not take the photo with it', async () => {
      await using fixture = await createFixture();
      const photo = await fixture.store.complete('a', uploadOf('p'), attempt);
      expect(await fixture.store.photoOf('a', 'p')).toEqual(photo);
      expect(await fixture.store.beginAttempt(attempt, 'f', at(0))).toBeNull();
    });
  });

  describe('an attempt that a dead process left', () => {
    test('is gone where its picture had not gone out whole', async () => {
      await using fixture = await createFixture();
      await fixture.store.beginAttempt(attempt, 'f', at(0));
      const reopened = await fixture.reopen();
      expect(await reopened.beginAttempt(attempt, 'g', at(1))).toBeNull();
    });

    test.each([balance, null])('is unknown where it had, from %j', async (before) => {
      await using fixture = await createFixture();
      await fixture.store.beginAttempt(attempt, 'f', at(0));
      await fixture.store.markSent(attempt, before);
      const reopened = await fixture.reopen();
      expect(await reopened.beginAttempt(attempt, 'g', at(1))).toEqual({
        state: 'unknown',
        fingerprint: 'f',
        balance: before,
      });
    });
  });
}

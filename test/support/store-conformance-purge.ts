import { describe, expect, test } from 'vitest';
import type { PurgeLimits } from '../../src/photos/store/store.ts';
import type { CreateStoreFixture } from './store-conformance.ts';
import { at, HOUR_MS, makeKept, makeReady, pictureOf, uploadOf } from './store-samples.ts';

function limits(overrides: Partial<PurgeLimits>): PurgeLimits {
  return { attemptsBefore: at(0), photosBefore: at(0), maxRows: 100, ...overrides };
}

/** What is old goes, in bounded steps. */
export function describePurge(createFixture: CreateStoreFixture): void {
  describe('a purge', () => {
    test('of nothing deletes nothing', async () => {
      await using fixture = await createFixture();
      expect(await fixture.store.purge(limits({}))).toBe(0);
    });

    test('frees the keys of attempts that were begun before, whatever became of them', async () => {
      await using fixture = await createFixture();
      const { store } = fixture;
      const begin = async (key: string, atMs: number) => {
        expect(await store.beginAttempt({ client: 'a', key }, 'f', at(atMs))).toBeNull();
      };
      await begin('running', 1);
      await begin('unknown', 2);
      await store.markUnknown({ client: 'a', key: 'unknown' });
      await begin('succeeded', 3);
      await store.complete('a', uploadOf('p'), { client: 'a', key: 'succeeded' });
      await begin('later', 4);
      expect(await store.purge(limits({ attemptsBefore: at(4) }))).toBe(3);
      for (const key of ['running', 'unknown', 'succeeded']) await begin(key, 9);
      expect(await store.beginAttempt({ client: 'a', key: 'later' }, 'f', at(9))).not.toBeNull();
      expect(await store.photo('p')).not.toBeNull();
    });

    test('forgets photos that are neither kept nor watched, and whose they were', async () => {
      await using fixture = await createFixture();
      const { store } = fixture;
      await makeReady(store, 'ready');
      await makeReady(store, 'expired');
      await store.markExpired('expired', 1);
      await store.complete('a', uploadOf('abandoned'), null);
      await store.endWatch('abandoned', 1);
      await store.markReady('unowned', 0, at(0), at(HOUR_MS));
      await store.complete('a', uploadOf('watched'), null);
      await makeKept(store, 'kept', null);
      await makeKept(store, 'lapsed', HOUR_MS);

      const old = limits({ photosBefore: at(HOUR_MS + 1) });
      expect(await store.purge(old)).toBe(4);
      expect(await store.purge(old)).toBe(0);
      for (const id of ['ready', 'expired', 'abandoned', 'unowned']) {
        expect(await store.photo(id)).toBeNull();
        expect(await store.photoOf('b', id)).toBeNull();
      }
      for (const id of ['watched', 'kept', 'lapsed']) {
        expect(await store.photoOf('a', id)).toMatchObject({ id });
      }
      const left = { client: 'a', first: 10, after: null, status: null };
      expect((await store.list(left)).entries).toHaveLength(3);
      expect(await store.complete('b', uploadOf('ready'), null)).toMatchObject({ revision: 1 });
      expect(await store.photoOf('a', 'ready')).toBe('foreign');
    });

    test('spares a photo while anything about it is newer', async () => {
      await using fixture = await createFixture();
      const { store } = fixture;
      await store.complete('a', uploadOf('p', { uploadedAt: at(1000) }), null);
      await store.endWatch('p', 1);
      expect(await store.purge(limits({ photosBefore: at(1000) }))).toBe(0);
      await store.markReady('p', 1, at(2000), at(3000));
      expect(await store.purge(limits({ photosBefore: at(3000) }))).toBe(0);
      await store.complete('b', uploadOf('p', { uploadedAt: at(4000) }), null);
      await store.endWatch('p', 2);
      expect(await store.purge(limits({ photosBefore: at(4000) }))).toBe(0);
      expect(await store.purge(limits({ photosBefore: at(4001) }))).toBe(1);

      await makeReady(store, 'q', 5000);
      await store.markArchived('q', 1, pictureOf('q'), at(0));
      await store.markExpired('q', 1);
      expect(await store.purge(limits({ photosBefore: at(5000) }))).toBe(0);
      expect(await store.purge(limits({ photosBefore: at(5001) }))).toBe(1);
    });

    test('deletes at most so many of each in one step, the oldest first', async () => {
      await using fixture = await createFixture();
      const { store } = fixture;
      for (let n = 0; n < 5; n += 1) {
        await makeReady(store, `p${n}`, n);
        await store.beginAttempt({ client: 'a', key: `k${n}` }, 'f', at(n));
      }
      const step = limits({ attemptsBefore: at(4), photosBefore: at(HOUR_MS + 4), maxRows: 3 });
      expect(await store.purge(step)).toBe(6);
      expect(await store.photo('p2')).toBeNull();
      expect(await store.photo('p3')).not.toBeNull();
      expect(await store.purge(step)).toBe(2);
      expect(await store.purge(step)).toBe(0);
      expect(await store.photo('p4')).not.toBeNull();
    });
  });
}

import { describe, expect, test } from 'vitest';
import type { PurgeLimits } from '../../src/photos/store/store.ts';
import type { CreateStoreFixture } from './store-fixture.ts';
import { at, begun, HOUR_MS, makeKept, makeReady, uploadOf } from './store-samples.ts';

function limits(overrides: Partial<PurgeLimits>): PurgeLimits {
  return { recordsMs: HOUR_MS, photosMs: HOUR_MS, maxRows: 100, ...overrides };
}

/** Old rows are deleted in bounded steps. */
export function describePurge(createFixture: CreateStoreFixture): void {
  describe('a purge', () => {
    test('of nothing deletes nothing', async () => {
      await using fixture = await createFixture();
      expect(await fixture.store.purge(limits({ recordsMs: 0, photosMs: 0 }))).toBe(0);
    });

    test('deletes old idempotency records, whatever their state', async () => {
      await using fixture = await createFixture();
      const { store, clock } = fixture;
      const begin = async (key: string) => {
        expect(await store.beginIdempotencyRecord({ client: 'a', key }, begun())).toBeNull();
      };
      await begin('running');
      await begin('unknown');
      await store.markIdempotencyRecordUnknown({ client: 'a', key: 'unknown' });
      await begin('succeeded');
      await store.complete('a', uploadOf('p'), { client: 'a', key: 'succeeded' });
      clock.steadyMs += 100;
      await begin('later');
      expect(await store.purge(limits({ recordsMs: 100 }))).toBe(0);
      expect(await store.purge(limits({ recordsMs: 99 }))).toBe(3);
      for (const key of ['running', 'unknown', 'succeeded']) await begin(key);
      expect(
        await store.beginIdempotencyRecord({ client: 'a', key: 'later' }, begun()),
      ).not.toBeNull();
      expect(await store.photo('p')).not.toBeNull();
    });

    test('deletes no record and no photo when the clock is set, before a restart or after', async () => {
      await using fixture = await createFixture();
      const { store, clock } = fixture;
      const recordKey = { client: 'a', key: 'k' };
      await store.beginIdempotencyRecord(recordKey, begun());
      await store.complete('a', uploadOf('q'), recordKey);
      await makeReady(store, 'p');
      const setClock = (ms: number) => (clock.nowMs += ms);
      setClock(10_000 * HOUR_MS);
      expect(await store.purge(limits({}))).toBe(0);
      const reopened = await fixture.reopen();
      setClock(-40_000 * HOUR_MS);
      await reopened.beginIdempotencyRecord({ client: 'a', key: 'past' }, begun());
      setClock(80_000 * HOUR_MS);
      const again = await fixture.reopen();
      expect(await again.purge(limits({}))).toBe(0);
      expect(await again.beginIdempotencyRecord(recordKey, begun())).toMatchObject({
        state: 'succeeded',
      });
    });

    test('continues with the store’s time as it was closed', async () => {
      await using fixture = await createFixture();
      const { store, clock } = fixture;
      await makeReady(store, 'p');
      clock.steadyMs += HOUR_MS;
      await store.close();
      clock.steadyMs += HOUR_MS;
      const reopened = await fixture.reopen();
      expect(await reopened.purge(limits({}))).toBe(0);
      clock.steadyMs += 1;
      expect(await reopened.purge(limits({}))).toBe(1);
    });

    test('deletes photos that are neither archived nor watched, with their owners', async () => {
      await using fixture = await createFixture();
      const { store, clock } = fixture;
      await makeReady(store, 'ready');
      await makeReady(store, 'expired');
      await store.markExpired('expired', 1);
      await store.markReady('unowned', 0, at(0), at(HOUR_MS));
      await store.complete('a', uploadOf('watched'), null);
      await makeKept(store, 'kept', null);
      await makeKept(store, 'overdue', HOUR_MS);

      clock.steadyMs += 2 * HOUR_MS;
      expect(await store.purge(limits({}))).toBe(3);
      expect(await store.purge(limits({}))).toBe(0);
      for (const id of ['ready', 'expired', 'unowned']) {
        expect(await store.photo(id)).toBeNull();
        expect(await store.photoOf('b', id)).toBeNull();
      }
      for (const id of ['watched', 'kept', 'overdue']) {
        expect(await store.photoOf('a', id)).toMatchObject({ id });
      }
      const left = { client: 'a', first: 10, after: null, status: null };
      expect((await store.list(left)).entries).toHaveLength(3);
      expect(await store.complete('b', uploadOf('ready'), null)).toMatchObject({ revision: 1 });
      expect(await store.photoOf('a', 'ready')).toBe('foreign');
    });

    test('keeps a photo while any change of it is newer', async () => {
      await using fixture = await createFixture();
      const { store, clock } = fixture;
      const changes = [
        () => store.complete('a', uploadOf('p'), null),
        () => store.markReady('p', 1, at(2000), at(3000)),
        () => store.complete('b', uploadOf('p', { uploadedAt: at(4000) }), null),
        () => store.markReady('p', 2, at(5000), at(6000)),
        () => store.markExpired('p', 2),
      ];
      for (const change of changes) {
        await change();
        clock.steadyMs += HOUR_MS;
        expect(await store.purge(limits({}))).toBe(0);
      }
      clock.steadyMs += 1;
      expect(await store.purge(limits({}))).toBe(1);
    });

    test('deletes at most the given number of each in one step, the oldest first', async () => {
      await using fixture = await createFixture();
      const { store, clock } = fixture;
      for (let n = 0; n < 5; n += 1) {
        await makeReady(store, `p${n}`, n);
        await store.beginIdempotencyRecord({ client: 'a', key: `k${n}` }, begun());
        clock.steadyMs += 1;
      }
      const step = limits({ recordsMs: 1, photosMs: 1, maxRows: 3 });
      expect(await store.purge(step)).toBe(6);
      expect(await store.photo('p2')).toBeNull();
      expect(await store.photo('p3')).not.toBeNull();
      expect(await store.purge(step)).toBe(2);
      expect(await store.purge(step)).toBe(0);
      expect(await store.photo('p4')).not.toBeNull();
    });
  });
}

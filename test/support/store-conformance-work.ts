import { describe, expect, test } from 'vitest';
import type { CreateStoreFixture } from './store-fixture.ts';
import { at, HOUR_MS, idsOf, makeKept, makeReady, uploadOf } from './store-samples.ts';

/** The photos that wait for work. */
export function describeWork(createFixture: CreateStoreFixture): void {
  describe('the photos to be watched', () => {
    test('are those in progress, oldest upload first, also after a crash', async () => {
      await using fixture = await createFixture();
      const { store } = fixture;
      for (const [id, atMs] of [
        ['second', 2],
        ['third', 3],
        ['first', 1],
      ] as const) {
        await store.complete('a', uploadOf(id, { uploadedAt: at(atMs) }), null);
      }
      await makeReady(store, 'ready');
      await store.complete('a', uploadOf('gone'), null);
      await store.markExpired('gone', 1);
      expect(idsOf(await store.watched())).toEqual(['first', 'second', 'third']);
      const reopened = await fixture.reopen();
      expect(await reopened.watched()).toEqual(await store.watched());
    });

    test('are watched again when they are uploaded again', async () => {
      await using fixture = await createFixture();
      await makeReady(fixture.store, 'p');
      expect(await fixture.store.watched()).toEqual([]);
      const photo = await fixture.store.complete('b', uploadOf('p'), null);
      expect(await fixture.store.watched()).toEqual([photo]);
    });
  });

  describe('the photos to be archived', () => {
    test('are uploaded, READY and not archived, the one that expires first at first', async () => {
      await using fixture = await createFixture();
      const { store } = fixture;
      await makeReady(store, 'second', 2000);
      await makeReady(store, 'first', 1000);
      await makeReady(store, 'third', 3000);
      await makeKept(store, 'kept', null);
      await store.complete('a', uploadOf('processing'), null);
      await makeReady(store, 'gone');
      await store.markExpired('gone', 1);
      await makeReady(store, 'again');
      await store.complete('a', uploadOf('again'), null);
      await store.markReady('unowned', 0, at(0), at(HOUR_MS));

      expect(idsOf(await store.unarchived())).toEqual(['first', 'second', 'third']);
      fixture.clock.nowMs += 1000 + HOUR_MS;
      const reopened = await fixture.reopen();
      expect(idsOf(await reopened.unarchived())).toEqual(['second', 'third']);
    });
  });

  describe('the photos that are overdue in the archive', () => {
    test('have expired by the clock alone, within the given time, the last one first', async () => {
      await using fixture = await createFixture();
      const { store, clock } = fixture;
      for (const [id, readyAtMs] of [
        ['second', 2000],
        ['first', 1000],
        ['third', 3000],
        ['not yet', 9000],
      ] as const) {
        await makeReady(store, id, readyAtMs);
      }
      await makeKept(store, 'kept', null);
      await makeReady(store, 'gone', 3000);
      await store.markExpired('gone', 1);
      await store.markReady('unowned', 0, at(0), at(HOUR_MS));
      clock.nowMs += 3000 + HOUR_MS;
      expect(idsOf(await store.overdue(at(0), 9))).toEqual(['third', 'second', 'first']);
      expect(idsOf(await store.overdue(at(1000 + HOUR_MS), 9))).toEqual(['third', 'second']);
      expect(idsOf(await store.overdue(at(0), 1))).toEqual(['third']);
      const statuses = (await store.overdue(at(0), 9)).map(({ status }) => status);
      expect(statuses).toEqual(['EXPIRED', 'EXPIRED', 'EXPIRED']);
      expect(idsOf(await store.unarchived())).toEqual(['not yet']);
    });
  });

  describe('the pictures to be deleted from the archive', () => {
    test('are the expired ones, at most as many as requested', async () => {
      await using fixture = await createFixture();
      const { store, clock } = fixture;
      await makeKept(store, 'second', 3 * HOUR_MS);
      await makeKept(store, 'first', 2 * HOUR_MS);
      await makeKept(store, 'later', 9 * HOUR_MS);
      await makeKept(store, 'forGood', null);
      await makeReady(store, 'neverKept');
      expect(await store.expired(10)).toEqual([]);
      clock.nowMs += 3 * HOUR_MS;
      expect(idsOf(await store.expired(10))).toEqual(['first', 'second']);
      expect(idsOf(await store.expired(1))).toEqual(['first']);
      await store.markExpired('first', 1);
      expect(idsOf(await store.expired(10))).toEqual(['second']);
    });
  });
}

import { describe, expect, test } from 'vitest';
import type { Store } from '../../src/photos/store/store.ts';
import type { CreateStoreFixture } from './store-fixture.ts';
import { at, begun, HOUR_MS, makeKept, makeReady, pictureOf, uploadOf } from './store-samples.ts';

const listed = async (store: Store, client: string) =>
  (await store.list({ client, first: 10, after: null, status: null })).entries.length;

/** What a client deletes, and what others keep of the same photo. */
export function describeDeletion(createFixture: CreateStoreFixture): void {
  describe('a photo that is deleted', () => {
    test('must be the client’s own', async () => {
      await using fixture = await createFixture();
      const { store } = fixture;
      await store.complete('a', uploadOf('p'), null);
      await store.markReady('unowned', 0, at(1), at(HOUR_MS));
      expect(await store.deletePhoto('b', 'p')).toBeNull();
      expect(await store.deletePhoto('a', 'q')).toBeNull();
      expect(await store.deletePhoto('a', 'unowned')).toBeNull();
      expect(await store.photoOf('a', 'p')).toMatchObject({ status: 'PROCESSING' });
    });

    test('while it is processed is watched no more, and no later work on it changes that', async () => {
      await using fixture = await createFixture();
      const { store } = fixture;
      await store.complete('a', uploadOf('p'), null);
      expect(await store.deletePhoto('a', 'p')).toEqual({ endedRevision: 1, pictures: [] });
      expect(await store.deletePhoto('a', 'p')).toBeNull();
      await store.markReady('p', 1, at(1), at(HOUR_MS));
      expect(await store.markArchived('p', 1, pictureOf('p'), null)).toBe(false);
      for (const opened of [store, await fixture.reopen()]) {
        expect(await opened.photoOf('a', 'p')).toBe('foreign');
        expect(await listed(opened, 'a')).toBe(0);
        expect(await opened.watched()).toEqual([]);
        expect(await opened.unarchived()).toEqual([]);
        const nothing = { repairType: null, originalUrl: null, uploadedAt: null, sizeBytes: null };
        expect(await opened.photo('p')).toMatchObject({ status: 'EXPIRED', ...nothing });
      }
    });

    test('leaves its picture to be deleted from the archive at once', async () => {
      await using fixture = await createFixture();
      const { store } = fixture;
      await makeKept(store, 'p', null);
      const picture = { id: 'p', revision: 1, name: 'p' };
      expect(await store.deletePhoto('a', 'p')).toEqual({ endedRevision: 1, pictures: [picture] });
      expect(await store.expired(10)).toEqual([picture]);
      await store.markExpired('p', 1);
      expect(await store.expired(10)).toEqual([]);
      expect(await store.picture('p')).toBeNull();
      fixture.clock.steadyMs += 1000;
      expect(await store.purge({ recordsMs: 0, photosMs: 1, maxRows: 10 })).toBe(1);
      expect(await store.photo('p')).toBeNull();
    });

    test('stays the photo of its idempotency key, and can be uploaded again', async () => {
      await using fixture = await createFixture();
      const { store } = fixture;
      const recordKey = { client: 'a', key: 'k' };
      await store.beginIdempotencyRecord(recordKey, begun());
      await store.complete('a', uploadOf('p'), recordKey);
      await store.deletePhoto('a', 'p');
      expect(await store.findIdempotencyRecord(recordKey)).toMatchObject({ state: 'succeeded' });
      const again = await store.complete('a', uploadOf('p'), null);
      expect(again).toMatchObject({ revision: 3, status: 'PROCESSING', watched: true });
      expect(await store.photoOf('a', 'p')).toEqual(again);
    });

    test('stays as it is for another client that waits for the same picture', async () => {
      await using fixture = await createFixture();
      const { store } = fixture;
      await store.complete('a', uploadOf('p'), null);
      await store.complete('b', uploadOf('p'), null);
      const forB = await store.photoOf('b', 'p');
      expect(await store.deletePhoto('a', 'p')).toEqual({ endedRevision: null, pictures: [] });
      expect(await store.photoOf('a', 'p')).toBe('foreign');
      expect(await store.photoOf('b', 'p')).toEqual(forB);
      expect(await store.watched()).toHaveLength(1);
      expect(await store.markReady('p', 2, at(1), at(HOUR_MS))).toMatchObject({ status: 'READY' });
      await store.markArchived('p', 2, pictureOf('p', 'p.r2'), null);
      expect(await store.photoOf('b', 'p')).toMatchObject({ archived: { name: 'p.r2' } });
    });

    test('takes only its own picture with it, not that of another client', async () => {
      await using fixture = await createFixture();
      const { store } = fixture;
      await makeKept(store, 'p', null);
      const forA = await store.photoOf('a', 'p');
      await makeReady(store, 'p', 0, 'b');
      await store.markArchived('p', 2, pictureOf('p', 'p.r2'), null);
      const picture = { id: 'p', revision: 2, name: 'p.r2' };
      expect(await store.deletePhoto('b', 'p')).toEqual({ endedRevision: 2, pictures: [picture] });
      await store.markExpired('p', 2);
      for (const opened of [store, await fixture.reopen()]) {
        expect(await opened.photoOf('a', 'p')).toEqual(forA);
        expect(await opened.picture('p')).not.toBeNull();
        expect(await opened.picture('p.r2')).toBeNull();
        expect(await opened.expired(10)).toEqual([]);
      }
    });
  });
}

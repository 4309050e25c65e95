import { describe, expect, test } from 'vitest';
import type { Store } from '../../src/photos/store/store.ts';
import type { CreateStoreFixture } from './store-fixture.ts';
import {
  at,
  HOUR_MS,
  idsOf,
  makeKept,
  makeReady,
  photosOf,
  pictureOf,
  T0,
  uploadOf,
} from './store-samples.ts';

const forB = uploadOf('p', {
  repairType: 'REPLACE_BACKGROUND',
  background: '#00ff7f',
  originalUrl: 'https://photo.example.com/static/other_out.jpg',
  uploadedAt: at(9000),
  sizeBytes: 9,
});

const asked = ({ repairType, background, originalUrl, uploadedAt, sizeBytes } = forB) => ({
  repairType,
  background,
  originalUrl,
  uploadedAt,
  sizeBytes,
});

/** Archives the latest upload of `p`, for ever or for this long from `T0`. */
async function keepLatest(store: Store, keptMs: number | null = null) {
  const { revision } = (await store.photo('p')) ?? { revision: 0 };
  await store.markReady('p', revision, at(9000), at(9000 + HOUR_MS));
  const picture = pictureOf('p', `p.r${revision}`);
  await store.markArchived('p', revision, picture, keptMs === null ? null : at(keptMs));
  return picture;
}

async function listed(store: Store, client: string) {
  return photosOf(await store.list({ client, first: 10, after: null, status: null }));
}

/** Several uploads to which the provider gives one id. */
export function describeSamePhoto(createFixture: CreateStoreFixture): void {
  describe('a photo of two clients', () => {
    test('that was archived stays unchanged for the first, whatever happens to the second', async () => {
      await using fixture = await createFixture();
      const { store } = fixture;
      await makeKept(store, 'p', null);
      const kept = await store.photoOf('a', 'p');
      expect(kept).toMatchObject({ status: 'READY', revision: 1, archived: pictureOf('p') });

      const second = await store.complete('b', forB, null);
      expect(second).toMatchObject({
        ...asked(),
        status: 'PROCESSING',
        revision: 2,
        watched: true,
      });
      expect(await store.photo('p')).toEqual(second);
      expect(await store.photoOf('b', 'p')).toEqual(second);
      expect(await store.photoOf('a', 'p')).toEqual(kept);

      const picture = await keepLatest(store);
      for (const opened of [store, await fixture.reopen()]) {
        expect(await opened.photoOf('a', 'p')).toEqual(kept);
        const own = await opened.photoOf('b', 'p');
        expect(own).toMatchObject({ ...asked(), status: 'READY', archived: picture });
        expect(await listed(opened, 'a')).toEqual([kept]);
        expect(await listed(opened, 'b')).toEqual([own]);
        expect(await opened.picture('p')).toEqual(pictureOf('p'));
        expect(await opened.picture('p.r2')).toEqual(picture);
        expect(await opened.picture('p.r3')).toBeNull();
        expect(await opened.photoOf('c', 'p')).toBe('foreign');
      }
    });

    test('has the name that each of them gave it last, and none for others', async () => {
      await using fixture = await createFixture();
      const { store } = fixture;
      await store.complete('a', uploadOf('p', { name: 'earlier.jpg' }), null);
      const forA = await store.complete('a', uploadOf('p', { name: "祖母's.jpg" }), null);
      expect(forA.name).toBe("祖母's.jpg");
      await store.complete('b', forB, null);
      expect(await store.photo('p')).toMatchObject({ name: null });
      for (const opened of [store, await fixture.reopen()]) {
        expect(await opened.photoOf('a', 'p')).toMatchObject({ name: "祖母's.jpg" });
        expect(await opened.photoOf('b', 'p')).toMatchObject({ name: null });
        expect(await listed(opened, 'a')).toMatchObject([{ name: "祖母's.jpg" }]);
      }
    });

    test('stays the first client’s if the second’s is lost', async () => {
      await using fixture = await createFixture();
      const { store } = fixture;
      await makeKept(store, 'p', null);
      const kept = await store.photoOf('a', 'p');
      await store.complete('b', forB, null);
      await store.markExpired('p', 2);
      expect(await store.photoOf('a', 'p')).toEqual(kept);
      expect(await store.photoOf('b', 'p')).toMatchObject({ ...asked(), status: 'EXPIRED' });
      const old = { recordsMs: 0, photosMs: -1, maxRows: 10 };
      expect(await store.purge(old)).toBe(0);
      expect(await store.photoOf('a', 'p')).toEqual(kept);
    });

    test('that was not archived yet is the later one for both, each with its own arguments', async () => {
      await using fixture = await createFixture();
      const { store } = fixture;
      const first = await makeReady(store, 'p');
      const second = await store.complete('b', forB, null);
      expect(await store.photoOf('a', 'p')).toEqual({ ...second, ...asked(uploadOf('p')) });
      expect(await store.markReady('p', 1, at(1), at(1 + HOUR_MS))).toEqual(second);
      const picture = await keepLatest(store);
      const kept = { status: 'READY', revision: 2, readyAt: at(9000), archived: picture };
      const { repairType, originalUrl, uploadedAt } = first;
      const own = { ...kept, repairType, background: null, originalUrl, uploadedAt };
      expect(await store.photoOf('a', 'p')).toMatchObject(own);
      expect(await store.photoOf('b', 'p')).toMatchObject({ ...kept, ...asked() });
      const reopened = await fixture.reopen();
      expect(await listed(reopened, 'a')).toMatchObject([own]);
    });

    test('that has expired for the first stays EXPIRED', async () => {
      await using fixture = await createFixture();
      const { store, clock } = fixture;
      await makeReady(store, 'p', 0, 'told');
      await store.markExpired('p', 1);
      const told = await store.photoOf('told', 'p');
      await makeReady(store, 'p', 0, 'overdue');
      clock.nowMs = T0 + HOUR_MS;
      const expired = await store.photoOf('overdue', 'p');
      expect([told, expired]).toMatchObject([{ status: 'EXPIRED' }, { status: 'EXPIRED' }]);
      await store.complete('b', forB, null);
      await keepLatest(store);
      expect(await store.photoOf('told', 'p')).toEqual(told);
      expect(await store.photoOf('overdue', 'p')).toEqual(expired);
      const query = { first: 10, after: null, status: 'EXPIRED' } as const;
      for (const client of ['told', 'overdue']) {
        expect(idsOf(photosOf(await store.list({ ...query, client })))).toEqual(['p']);
      }
    });

    test('expires for each when its own picture expires', async () => {
      await using fixture = await createFixture();
      const { store, clock } = fixture;
      await makeKept(store, 'p', 2 * HOUR_MS);
      await store.complete('b', forB, null);
      await keepLatest(store, 4 * HOUR_MS);
      clock.nowMs = T0 + 2 * HOUR_MS;
      expect(await store.expired(10)).toEqual([{ id: 'p', revision: 1, name: 'p' }]);
      await store.markExpired('p', 1);
      expect(await store.expired(10)).toEqual([]);
      expect(await store.picture('p')).toBeNull();
      expect(await store.photoOf('a', 'p')).toMatchObject({ status: 'EXPIRED', archived: null });
      expect(await store.photoOf('b', 'p')).toMatchObject({ status: 'READY' });
      clock.nowMs = T0 + 4 * HOUR_MS;
      expect(await store.expired(10)).toEqual([{ id: 'p', revision: 2, name: 'p.r2' }]);
      await store.markExpired('p', 2);
      expect(await store.photoOf('b', 'p')).toMatchObject({ status: 'EXPIRED', archived: null });
      const old = { recordsMs: 0, photosMs: -1, maxRows: 10 };
      expect(await store.purge(old)).toBe(1);
      expect(await store.photoOf('a', 'p')).toBeNull();
    });
  });

  describe('a photo that its client uploads again', () => {
    test('keeps its earlier picture until the new one is archived, and as long as its addresses work', async () => {
      await using fixture = await createFixture();
      const { store, clock } = fixture;
      await makeKept(store, 'p', null);
      await store.complete('a', forB, null);
      expect(await store.photoOf('a', 'p')).toMatchObject({ status: 'PROCESSING', ...asked() });
      clock.nowMs += 9 * HOUR_MS;
      expect(await store.picture('p')).toEqual(pictureOf('p'));
      expect(await store.expired(10)).toEqual([]);

      await keepLatest(store);
      expect(await store.photoOf('a', 'p')).toMatchObject({
        status: 'READY',
        expiresAt: null,
        archived: { name: 'p.r2' },
      });
      clock.nowMs += 1.25 * HOUR_MS - 1;
      expect(await store.expired(10)).toEqual([]);
      expect(await store.picture('p')).toEqual(pictureOf('p'));
      clock.nowMs += 1;
      expect(await store.expired(10)).toEqual([{ id: 'p', revision: 1, name: 'p' }]);
      await store.markExpired('p', 1);
      expect(await store.picture('p')).toBeNull();
      expect(await store.photoOf('a', 'p')).toMatchObject({ status: 'READY', revision: 2 });
    });

    test('has its earlier picture again if the new one is lost', async () => {
      await using fixture = await createFixture();
      const { store } = fixture;
      await makeKept(store, 'p', null);
      await store.complete('a', forB, null);
      // Another client's upload in between changes nothing.
      await store.complete('b', uploadOf('p'), null);
      expect(await store.markExpired('p', 3)).toMatchObject({ status: 'EXPIRED', revision: 3 });
      expect(await store.photoOf('a', 'p')).toMatchObject({
        revision: 1,
        status: 'READY',
        repairType: 'REPAIR',
        background: null,
        readyAt: at(0),
        expiresAt: null,
        uploadedAt: at(9000),
        watched: false,
        archived: pictureOf('p'),
      });
      expect(await store.photoOf('b', 'p')).toMatchObject({ status: 'EXPIRED', archived: null });
    });

    test('has none if its earlier picture expired before the new one was lost', async () => {
      await using fixture = await createFixture();
      const { store, clock } = fixture;
      await makeKept(store, 'p', HOUR_MS);
      await store.complete('a', forB, null);
      clock.nowMs += HOUR_MS;
      await store.markExpired('p', 1);
      expect(await store.photoOf('a', 'p')).toMatchObject({ status: 'PROCESSING', revision: 2 });
      await store.markExpired('p', 2);
      expect(await store.photoOf('a', 'p')).toMatchObject({ status: 'EXPIRED', archived: null });
    });

    test('leaves the earlier picture to another client that has it', async () => {
      await using fixture = await createFixture();
      const { store, clock } = fixture;
      await store.complete('b', uploadOf('p'), null);
      await makeKept(store, 'p', null);
      const others = await store.photoOf('b', 'p');
      expect(others).toMatchObject({ archived: pictureOf('p') });
      await store.complete('a', forB, null);
      await keepLatest(store);
      clock.nowMs += 1000 * HOUR_MS;
      expect(await store.expired(10)).toEqual([]);
      expect(await store.photoOf('b', 'p')).toEqual(others);
    });
  });
}

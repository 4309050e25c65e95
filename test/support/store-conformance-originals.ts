import { describe, expect, test } from 'vitest';
import type { Store } from '../../src/photos/store/store.ts';
import type { CreateStoreFixture, StoreFixture } from './store-fixture.ts';
import { at, HOUR_MS, makeReady, photosOf, pictureOf, uploadOf } from './store-samples.ts';

const original = { mediaType: 'image/jpeg', sizeBytes: 1_234_567 };

const upload = (store: Store, client: string, announced: typeof original | null = original) =>
  store.complete(client, uploadOf('p', { originalFile: announced }), null);

async function originalOf(store: Store, client: string) {
  const photo = await store.photoOf(client, 'p');
  return photo === 'foreign' ? photo : photo?.original;
}

function advance({ clock }: StoreFixture, ms: number) {
  clock.nowMs += ms;
  clock.steadyMs += ms;
}

const FIRST = { id: 'p', revision: 1 };
const SECOND = { id: 'p', revision: 2 };
const KEPT = { name: 'p.original', ...original };
const KEPT_SECOND = { name: 'p.r2.original', ...original };

/** Pictures that are kept as they were uploaded. */
export function describeOriginals(createFixture: CreateStoreFixture): void {
  describe('an original', () => {
    test('is its client’s once it is kept, and until then nobody’s', async () => {
      await using fixture = await createFixture();
      const { store } = fixture;
      expect(await upload(store, 'a')).toMatchObject({ original: null });
      expect(await originalOf(store, 'a')).toBeNull();
      expect(await store.original('p', 1)).toBeNull();
      expect(await store.markOriginalsKept([FIRST, SECOND])).toEqual([FIRST]);
      // Repeated if its answer was lost.
      expect(await store.markOriginalsKept([FIRST])).toEqual([FIRST]);
      expect(await originalOf(store, 'a')).toEqual(KEPT);
      expect(await store.original('p', 1)).toEqual(KEPT);
      const page = await store.list({ client: 'a', first: 1, after: null, status: null });
      expect(photosOf(page)).toMatchObject([{ original: KEPT }]);
      expect(await store.photo('p')).toMatchObject({ original: null });
      advance(fixture, 100 * HOUR_MS);
      expect(await store.expiredOriginals(10)).toEqual([]);
    });

    test('of a photo of two clients is each client’s own', async () => {
      await using fixture = await createFixture();
      const { store } = fixture;
      await upload(store, 'a');
      await upload(store, 'b');
      await store.markOriginalsKept([FIRST, SECOND]);
      expect(await originalOf(store, 'a')).toEqual(KEPT);
      expect(await originalOf(store, 'b')).toEqual(KEPT_SECOND);
      expect(await store.expiredOriginals(10)).toEqual([]);
    });

    test('is replaced when its client uploads the photo again, even if nothing is kept then', async () => {
      await using fixture = await createFixture();
      const { store } = fixture;
      await upload(store, 'a');
      await store.markOriginalsKept([FIRST]);
      await upload(store, 'a', null);
      expect(await originalOf(store, 'a')).toBeNull();
      expect(await store.expiredOriginals(10)).toEqual([FIRST]);
      expect(await store.expiredOriginals(10, 'p')).toEqual([FIRST]);
      expect(await store.expiredOriginals(10, 'other')).toEqual([]);
      expect(await store.markOriginalsKept([FIRST])).toEqual([]);
      await store.forgetOriginal('p', 1);
      expect(await store.expiredOriginals(10)).toEqual([]);
      expect(await store.original('p', 1)).toBeNull();
    });

    test('that is never kept is to be deleted after an hour', async () => {
      await using fixture = await createFixture();
      const { store } = fixture;
      await upload(store, 'a');
      expect(await store.expiredOriginals(10)).toEqual([]);
      await store.forgetOriginal('p', 1);
      advance(fixture, HOUR_MS);
      expect(await store.expiredOriginals(10)).toEqual([FIRST]);
    });

    test('goes with the picture: when that has expired, and stays if an earlier one is there again', async () => {
      await using fixture = await createFixture();
      const { store } = fixture;
      await makeReady(store, 'p');
      await store.markArchived('p', 1, pictureOf('p'), at(20 * HOUR_MS));
      await upload(store, 'a');
      await store.markOriginalsKept([SECOND]);
      await store.markExpired('p', 2);
      expect(await store.photoOf('a', 'p')).toMatchObject({
        status: 'READY',
        revision: 1,
        original: KEPT_SECOND,
      });
      expect(await store.expiredOriginals(10)).toEqual([]);
      advance(fixture, 20 * HOUR_MS);
      await store.markExpired('p', 1);
      expect(await store.expiredOriginals(10)).toEqual([SECOND]);
    });

    test('goes with a photo that is forgotten', async () => {
      await using fixture = await createFixture();
      const { store } = fixture;
      await makeReady(store, 'p');
      await upload(store, 'a');
      await store.markOriginalsKept([SECOND]);
      await store.markReady('p', 2, at(0), at(HOUR_MS));
      advance(fixture, 3 * HOUR_MS);
      expect(await store.purge({ recordsMs: 0, photosMs: HOUR_MS, maxRows: 10 })).toBe(1);
      expect(await store.expiredOriginals(10)).toEqual([SECOND]);
    });
  });
}

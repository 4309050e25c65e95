import { describe, expect, test } from 'vitest';
import type { PhotoStatus } from '../../src/photos/photo.ts';
import type { PhotosQuery, Store } from '../../src/photos/store/store.ts';
import type { CreateStoreFixture } from './store-fixture.ts';
import { at, HOUR_MS, idsOf, makeKept, makeReady, photosOf, uploadOf } from './store-samples.ts';

function list(store: Store, query: Partial<PhotosQuery> = {}) {
  return store.list({ client: 'a', first: 10, after: null, status: null, ...query });
}

/** Reads page after page to the end. `between` runs after each page. */
async function readAll(store: Store, query: Partial<PhotosQuery>, between = async () => {}) {
  const ids: string[] = [];
  let after: string | null = null;
  for (;;) {
    const page = await list(store, { ...query, after });
    ids.push(...idsOf(photosOf(page)));
    if (!page.hasNextPage) return ids;
    after = page.entries.at(-1)?.cursor ?? null;
    await between();
  }
}

async function upload(store: Store, id: string, atMs: number, client = 'a') {
  return store.complete(client, uploadOf(id, { uploadedAt: at(atMs) }), null);
}

/** A client's own photos, page by page. */
export function describeLists(createFixture: CreateStoreFixture): void {
  describe('a list', () => {
    test("has the client's own photos, newest first, as they are stored", async () => {
      await using fixture = await createFixture();
      const { store } = fixture;
      expect(await list(store)).toEqual({ entries: [], hasNextPage: false });
      const first = await upload(store, 'first', 1);
      await upload(store, 'foreign', 2, 'b');
      const second = await upload(store, 'second', 3);
      await store.markReady('unowned', 0, at(4), at(4 + HOUR_MS));
      expect(photosOf(await list(store))).toEqual([second, first]);
      expect(photosOf(await list(await fixture.reopen()))).toEqual([second, first]);
    });

    test("is ordered by the client's own last upload of each photo", async () => {
      await using fixture = await createFixture();
      const { store } = fixture;
      await upload(store, 'p', 1);
      await upload(store, 'q', 2);
      await upload(store, 'p', 3, 'b');
      expect(idsOf(photosOf(await list(store)))).toEqual(['q', 'p']);
      await upload(store, 'p', 4);
      expect(idsOf(photosOf(await list(store)))).toEqual(['p', 'q']);
    });

    test.each([1, 2, 3, 4, 5, 6])('is complete in pages of %i', async (first) => {
      await using fixture = await createFixture();
      // The middle three were uploaded in the same millisecond.
      for (const [id, atMs] of [
        ['v', 1],
        ['w', 2],
        ['x', 2],
        ['y', 2],
        ['z', 3],
      ] as const) {
        await upload(fixture.store, id, atMs);
      }
      expect(await readAll(fixture.store, { first })).toEqual(['z', 'y', 'x', 'w', 'v']);
      const reversed = await readAll(fixture.store, { from: 'oldest', first });
      expect(reversed).toEqual(['v', 'w', 'x', 'y', 'z']);
    });

    test.each(['newest', 'oldest'] as const)(
      'from the %s ends before the photo of a cursor',
      async (from) => {
        await using fixture = await createFixture();
        const { store } = fixture;
        // All but the first and the last were uploaded in the same millisecond.
        const times = { v: 1, w: 2, x: 2, y: 2, z: 3 };
        for (const [id, atMs] of Object.entries(times)) await upload(store, id, atMs);
        const all = from === 'newest' ? ['z', 'y', 'x', 'w', 'v'] : ['v', 'w', 'x', 'y', 'z'];
        const whole = await list(store, { from });
        expect(idsOf(photosOf(whole))).toEqual(all);
        const cursors = whole.entries.map(({ cursor }) => cursor);
        for (const [start, after] of [null, ...cursors].entries()) {
          for (const [end, until] of [...cursors, null].entries()) {
            const page = await list(store, { from, first: 2, after, until });
            const expected = all.slice(start, end);
            expect(idsOf(photosOf(page))).toEqual(expected.slice(0, 2));
            expect(page.hasNextPage).toBe(expected.length > 2);
          }
        }
      },
    );

    test('has an empty page that shows whether there are any photos', async () => {
      await using fixture = await createFixture();
      expect(await list(fixture.store, { first: 0 })).toMatchObject({ hasNextPage: false });
      await upload(fixture.store, 'p', 1);
      expect(await list(fixture.store, { first: 0 })).toEqual({
        entries: [],
        hasNextPage: true,
      });
    });

    test('neither repeats nor skips a photo when uploads happen during paging', async () => {
      await using fixture = await createFixture();
      const { store } = fixture;
      for (let n = 0; n < 6; n += 1) await upload(store, `p${n}`, n);
      let n = 6;
      const between = async () => {
        await upload(store, `p${n}`, n);
        // One that was listed already moves to the front, and one is another client's.
        await upload(store, 'p5', n);
        await upload(store, `foreign${n}`, 1, 'b');
        n += 1;
      };
      expect(await readAll(store, { first: 2 }, between)).toEqual([
        'p5',
        'p4',
        'p3',
        'p2',
        'p1',
        'p0',
      ]);
    });

    test('continues after a photo that was deleted', async () => {
      await using fixture = await createFixture();
      const { store } = fixture;
      for (let n = 0; n < 3; n += 1) await upload(store, `p${n}`, n);
      const { entries } = await list(store, { first: 1 });
      await store.markExpired('p2', 1);
      const gone = { recordsMs: 0, photosMs: -1, maxRows: 1 };
      expect(await store.purge(gone)).toBe(1);
      const rest = await list(store, { after: entries[0]?.cursor ?? null });
      expect(idsOf(photosOf(rest))).toEqual(['p1', 'p0']);
    });

    test.each(['', 'p', '!', 'MTIz', 'eyJ9', Buffer.from('x:y').toString('base64url')])(
      'refuses the cursor %j',
      async (after) => {
        await using fixture = await createFixture();
        await upload(fixture.store, 'p', 1);
        for (const query of [{ after }, { until: after }]) {
          await expect(list(fixture.store, query)).rejects.toMatchObject({
            name: 'GatewayError',
            code: 'BAD_USER_INPUT',
          });
        }
      },
    );

    test('of one status has the photos with this current status', async () => {
      await using fixture = await createFixture();
      const { store, clock } = fixture;
      await makeReady(store, 'ready', 5000);
      await makeReady(store, 'lapsing');
      await makeReady(store, 'expired');
      await store.markExpired('expired', 1);
      await makeKept(store, 'kept', null);
      await makeKept(store, 'keptForAWhile', 2 * HOUR_MS);
      await makeKept(store, 'deleted', 0);
      await store.markExpired('deleted', 1);
      await upload(store, 'processing', 0);
      await makeReady(store, 'again');
      await upload(store, 'again', 0, 'b');
      const inStatus = async (status: PhotoStatus) => {
        const photos = photosOf(await list(store, { status }));
        expect(photos.every((photo) => photo.status === status)).toBe(true);
        return idsOf(photos);
      };

      expect(await inStatus('PROCESSING')).toEqual(['processing', 'again']);
      expect(await inStatus('READY')).toEqual(['ready', 'lapsing', 'keptForAWhile', 'kept']);
      expect(await inStatus('EXPIRED')).toEqual(['expired', 'deleted']);
      clock.nowMs += HOUR_MS;
      expect(await inStatus('READY')).toEqual(['ready', 'keptForAWhile', 'kept']);
      expect(await inStatus('EXPIRED')).toEqual(['lapsing', 'expired', 'deleted']);
      clock.nowMs += HOUR_MS;
      expect(await inStatus('READY')).toEqual(['kept']);
      expect(await inStatus('PROCESSING')).toEqual(['processing', 'again']);
      expect(await inStatus('EXPIRED')).toEqual([
        'ready',
        'lapsing',
        'keptForAWhile',
        'expired',
        'deleted',
      ]);
    });

    test.each(['PROCESSING', 'READY', 'EXPIRED'] as const)(
      'of the status %s is complete in pages',
      async (status) => {
        await using fixture = await createFixture();
        const { store } = fixture;
        for (let n = 0; n < 4; n += 1) {
          await upload(store, `PROCESSING${n}`, 3 * n);
          for (const id of [`READY${n}`, `EXPIRED${n}`]) {
            await upload(store, id, 3 * n + 1);
            await store.markReady(id, 1, at(n), at(n + HOUR_MS));
          }
          await store.markExpired(`EXPIRED${n}`, 1);
        }
        const all = [3, 2, 1, 0].map((n) => `${status}${n}`);
        for (const first of [1, 2, 3, 4]) {
          expect(await readAll(store, { status, first })).toEqual(all);
          const reversed = await readAll(store, { status, first, from: 'oldest' });
          expect(reversed).toEqual(all.toReversed());
        }
      },
    );
  });
}

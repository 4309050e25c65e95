import { describe, expect, test } from 'vitest';
import type { CreateStoreFixture } from './store-fixture.ts';
import { at, HOUR_MS, makeReady, pictureOf, T0, uploadOf } from './store-samples.ts';

/** How a photo becomes known, and its states. */
export function describePhotos(createFixture: CreateStoreFixture): void {
  describe('a photo', () => {
    test('is unknown at first', async () => {
      await using fixture = await createFixture();
      expect(await fixture.store.photo('p')).toBeNull();
      expect(await fixture.store.photoOf('a', 'p')).toBeNull();
      expect(await fixture.store.markExpired('p', 1)).toBeNull();
      expect(await fixture.store.markArchived('p', 1, pictureOf('p'), null)).toBe(false);
      expect(await fixture.store.photo('p')).toBeNull();
    });

    test('is PROCESSING and watched once it is uploaded, also after a crash', async () => {
      await using fixture = await createFixture();
      const upload = uploadOf('p', { repairType: 'REPLACE_BACKGROUND', background: '#00ff7f' });
      const photo = await fixture.store.complete('a', upload, null);
      expect(photo).toEqual({
        id: 'p',
        revision: 1,
        status: 'PROCESSING',
        repairType: 'REPLACE_BACKGROUND',
        background: '#00ff7f',
        name: null,
        originalUrl: 'https://photo.example.com/static/p_out.jpg',
        sizeBytes: 1_234_567,
        uploadedAt: at(0),
        readyAt: null,
        expiresAt: null,
        watched: true,
        archived: null,
        original: null,
      });
      expect(await fixture.store.photo('p')).toEqual(photo);
      expect(await (await fixture.reopen()).photo('p')).toEqual(photo);
    });

    test('is stored without a size if its size is unknown', async () => {
      await using fixture = await createFixture();
      const upload = uploadOf('p', { sizeBytes: null, contentHash: null });
      expect(await fixture.store.complete('a', upload, null)).toMatchObject({ sizeBytes: null });
    });

    test('belongs to its owner, and is foreign to any other client', async () => {
      await using fixture = await createFixture();
      const photo = await fixture.store.complete('a', uploadOf('p'), null);
      expect(await fixture.store.photoOf('a', 'p')).toEqual(photo);
      for (const other of ['b', 'A', 'a ', '']) {
        expect(await fixture.store.photoOf(other, 'p')).toBe('foreign');
      }
    });

    test('as its client sees it follows every change, however often it is read', async () => {
      await using fixture = await createFixture();
      const { store, clock } = fixture;
      async function sees(expected: object) {
        const seen = await store.photoOf('a', 'p');
        expect(seen).toMatchObject(expected);
        expect(await store.photoOf('a', 'p')).toEqual(seen);
      }
      await store.complete('a', uploadOf('p'), null);
      await sees({ status: 'PROCESSING', revision: 1 });
      await store.markReady('p', 1, at(0), at(HOUR_MS));
      await sees({ status: 'READY', archived: null });
      await store.markArchived('p', 1, pictureOf('p'), null);
      await sees({ status: 'READY', archived: { name: 'p' }, expiresAt: null });
      await store.complete('a', uploadOf('p'), null);
      await sees({ status: 'PROCESSING', revision: 2 });
      await store.markReady('p', 2, at(0), at(HOUR_MS));
      clock.nowMs = T0 + HOUR_MS - 1;
      await sees({ status: 'READY', revision: 2 });
      clock.nowMs += 1;
      await sees({ status: 'EXPIRED' });
      await store.markExpired('p', 2);
      await sees({ status: 'READY', revision: 1 });
      await store.complete('a', uploadOf('q'), null);
      await store.markExpired('q', 1);
      expect(await store.photoOf('a', 'q')).toMatchObject({ status: 'EXPIRED' });
      clock.steadyMs += HOUR_MS;
      await store.purge({ recordsMs: 1, photosMs: 1, maxRows: 100 });
      expect(await store.photoOf('a', 'q')).toBeNull();
    });

    test('is READY from its time until its hour is over, and no longer watched', async () => {
      await using fixture = await createFixture();
      await fixture.store.complete('a', uploadOf('p'), null);
      const ready = await fixture.store.markReady('p', 1, at(5000), at(5000 + HOUR_MS));
      expect(ready).toMatchObject({
        status: 'READY',
        readyAt: at(5000),
        expiresAt: at(5000 + HOUR_MS),
        watched: false,
        uploadedAt: at(0),
        repairType: 'REPAIR',
      });
      const reopened = await fixture.reopen();
      expect(await reopened.photo('p')).toEqual(ready);
      fixture.clock.nowMs = T0 + 5000 + HOUR_MS - 1;
      expect(await reopened.photo('p')).toEqual(ready);
      fixture.clock.nowMs += 1;
      expect(await reopened.photo('p')).toEqual({ ...ready, status: 'EXPIRED' });
      expect(await reopened.photoOf('a', 'p')).toEqual({ ...ready, status: 'EXPIRED' });
    });

    test('becomes READY once; a second time changes nothing', async () => {
      await using fixture = await createFixture();
      const ready = await makeReady(fixture.store, 'p');
      expect(await fixture.store.markReady('p', 1, at(9), at(9 + HOUR_MS))).toEqual(ready);
      fixture.clock.nowMs += HOUR_MS;
      const expired = { ...ready, status: 'EXPIRED' };
      expect(await fixture.store.markReady('p', 1, at(HOUR_MS), at(2 * HOUR_MS))).toEqual(expired);
    });

    test('that expired does not become READY again', async () => {
      await using fixture = await createFixture();
      await fixture.store.complete('a', uploadOf('p'), null);
      const expired = await fixture.store.markExpired('p', 1);
      expect(expired).toMatchObject({ status: 'EXPIRED', watched: false, readyAt: null });
      expect(await fixture.store.markReady('p', 1, at(1), at(1 + HOUR_MS))).toEqual(expired);
    });

    test('that was not uploaded through the gateway is stored as READY, and visible to every client', async () => {
      await using fixture = await createFixture();
      const photo = await fixture.store.markReady('p', 0, at(1), at(1 + HOUR_MS));
      expect(photo).toEqual({
        id: 'p',
        revision: 0,
        status: 'READY',
        repairType: null,
        background: null,
        name: null,
        originalUrl: null,
        sizeBytes: null,
        uploadedAt: null,
        readyAt: at(1),
        expiresAt: at(1 + HOUR_MS),
        watched: false,
        archived: null,
        original: null,
      });
      expect(await fixture.store.photoOf('a', 'p')).toEqual(photo);
      expect(await fixture.store.photoOf('b', 'p')).toEqual(photo);
      expect(await fixture.store.complete('a', uploadOf('p'), null)).toMatchObject({
        revision: 1,
        status: 'PROCESSING',
        readyAt: null,
      });
      expect(await fixture.store.photoOf('b', 'p')).toBe('foreign');
    });

    test('that becomes READY after it was purged is stored without an owner, whatever its revision was', async () => {
      await using fixture = await createFixture();
      const photo = await fixture.store.markReady('p', 3, at(1), at(1 + HOUR_MS));
      expect(photo).toMatchObject({ revision: 0, status: 'READY' });
    });
  });
}

import { describe, expect, test } from 'vitest';
import type { CreateStoreFixture } from './store-fixture.ts';
import { at, HOUR_MS, makeKept, makeReady, pictureOf, T0, uploadOf } from './store-samples.ts';

/** The later life of a photo that was ready: it is kept, is gone, or starts again. */
export function describeAfterReady(createFixture: CreateStoreFixture): void {
  describe('a photo', () => {
    test('archived for ever never expires', async () => {
      await using fixture = await createFixture();
      await makeReady(fixture.store, 'p');
      expect(await fixture.store.markArchived('p', 1, pictureOf('p'), null)).toBe(true);
      fixture.clock.nowMs += 1000 * HOUR_MS;
      expect(await fixture.store.photo('p')).toMatchObject({
        status: 'READY',
        readyAt: at(0),
        expiresAt: null,
        archived: pictureOf('p'),
      });
    });

    test('archived until a time expires then, with its picture still to be deleted', async () => {
      await using fixture = await createFixture();
      await makeKept(fixture.store, 'p', 24 * HOUR_MS);
      fixture.clock.nowMs = T0 + 24 * HOUR_MS - 1;
      expect(await fixture.store.photo('p')).toMatchObject({ status: 'READY' });
      fixture.clock.nowMs += 1;
      expect(await (await fixture.reopen()).photo('p')).toMatchObject({
        status: 'EXPIRED',
        archived: pictureOf('p'),
      });
    });

    test('that is archived only after its hour is READY again', async () => {
      await using fixture = await createFixture();
      await makeReady(fixture.store, 'overdue');
      await makeReady(fixture.store, 'expired');
      await fixture.store.markExpired('expired', 1);
      fixture.clock.nowMs += 2 * HOUR_MS;
      for (const id of ['overdue', 'expired']) {
        expect(await fixture.store.markArchived(id, 1, pictureOf(id), null)).toBe(true);
        expect(await fixture.store.photo(id)).toMatchObject({ status: 'READY', readyAt: at(0) });
      }
    });

    test.each([
      ['for ever', null],
      ['for a day', 24 * HOUR_MS],
    ])('archived %s does not expire when the provider has deleted it', async (_how, keptMs) => {
      await using fixture = await createFixture();
      await makeKept(fixture.store, 'p', keptMs);
      const kept = await fixture.store.photo('p');
      expect(kept).toMatchObject({ status: 'READY', archived: pictureOf('p') });
      expect(await fixture.store.markExpired('p', 1)).toEqual(kept);
    });

    test('whose picture is lost is EXPIRED and not archived', async () => {
      await using fixture = await createFixture();
      await makeKept(fixture.store, 'p', HOUR_MS);
      fixture.clock.nowMs += HOUR_MS;
      const expired = await fixture.store.markExpired('p', 1);
      expect(expired).toMatchObject({ status: 'EXPIRED', archived: null, watched: false });
      expect(await (await fixture.reopen()).photo('p')).toEqual(expired);
    });
  });

  describe('a photo that is uploaded again', () => {
    test('starts again, with the arguments of the later upload', async () => {
      await using fixture = await createFixture();
      await makeKept(fixture.store, 'p', 2 * HOUR_MS);
      const again = uploadOf('p', { repairType: 'COLORIZE', uploadedAt: at(9000), sizeBytes: 9 });
      const photo = await fixture.store.complete('a', again, null);
      expect(photo).toMatchObject({
        revision: 2,
        status: 'PROCESSING',
        repairType: 'COLORIZE',
        sizeBytes: 9,
        uploadedAt: at(9000),
        readyAt: null,
        expiresAt: null,
        watched: true,
        archived: null,
      });
      expect(await fixture.store.photo('p')).toEqual(photo);
    });

    test('is not changed by work on the earlier upload', async () => {
      await using fixture = await createFixture();
      await fixture.store.complete('a', uploadOf('p'), null);
      const photo = await fixture.store.complete('a', uploadOf('p'), null);
      expect(await fixture.store.markReady('p', 1, at(1), at(1 + HOUR_MS))).toEqual(photo);
      expect(await fixture.store.markArchived('p', 1, pictureOf('p'), null)).toBe(false);
      expect(await fixture.store.markExpired('p', 1)).toEqual(photo);
      expect(await fixture.store.photo('p')).toEqual(photo);
      expect(await fixture.store.markReady('p', 2, at(1), at(1 + HOUR_MS))).toMatchObject({
        status: 'READY',
        revision: 2,
      });
    });
  });
}

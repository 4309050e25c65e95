import { describe, expect, test } from 'vitest';
import type { CreateStoreFixture } from './store-fixture.ts';

const DAY = '2026-01-31';

/** The spending limit of each client. */
export function describeAllowances(createFixture: CreateStoreFixture): void {
  describe('an allowance', () => {
    test('is used up to its limit, and not beyond, across a restart', async () => {
      await using fixture = await createFixture();
      expect(await fixture.store.takeUpload('a', DAY, 2)).toBe(true);
      expect(await fixture.store.takeUpload('a', DAY, 2)).toBe(true);
      const store = await fixture.reopen();
      expect(await store.takeUpload('a', DAY, 2)).toBe(false);
      expect(await store.takenUploads('a', DAY)).toBe(2);
      expect(await store.takeUpload('a', DAY, 3)).toBe(true);
    });

    test('of 0 is never used', async () => {
      await using fixture = await createFixture();
      expect(await fixture.store.takeUpload('a', DAY, 0)).toBe(false);
      expect(await fixture.store.takenUploads('a', DAY)).toBe(0);
    });

    test('is separate for each client and each period', async () => {
      await using fixture = await createFixture();
      const { store } = fixture;
      expect(await store.takeUpload('a', DAY, 1)).toBe(true);
      expect(await store.takeUpload('b', DAY, 1)).toBe(true);
      expect(await store.takeUpload('a', '2026-02-01', 1)).toBe(true);
      expect(await store.takeUpload('a', DAY, 1)).toBe(false);
    });

    test('gets back returned uploads, but never more than its limit', async () => {
      await using fixture = await createFixture();
      const { store } = fixture;
      await store.takeUpload('a', DAY, 1);
      await store.returnUpload('a', DAY);
      await store.returnUpload('a', DAY);
      await store.returnUpload('nobody', DAY);
      expect(await store.takenUploads('a', DAY)).toBe(0);
      expect(await store.takeUpload('a', DAY, 1)).toBe(true);
      expect(await store.takeUpload('a', DAY, 1)).toBe(false);
    });

    test('is deleted once it was not used for long', async () => {
      await using fixture = await createFixture();
      const { store } = fixture;
      await store.takeUpload('a', '2025-12-30', 1);
      fixture.clock.steadyMs += 1000;
      await store.takeUpload('a', '2025-12-31', 1);
      const limits = { recordsMs: 1, photosMs: 0, maxRows: 10 };
      expect(await store.purge(limits)).toBe(1);
      expect(await store.takenUploads('a', '2025-12-30')).toBe(0);
      expect(await store.takenUploads('a', '2025-12-31')).toBe(1);
    });
  });
}

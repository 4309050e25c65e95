import { describe, expect, test } from 'vitest';
import type { CreateStoreFixture } from './store-fixture.ts';
import { uploadOf } from './store-samples.ts';

/** What the account's quota is compared with. */
export function describeAccount(createFixture: CreateStoreFixture): void {
  describe('an open upload', () => {
    test('is open until it is closed', async () => {
      await using fixture = await createFixture();
      const { store } = fixture;
      const none = { runningUploads: 0, startedUploads: 0, completedUploads: 0, snapshot: null };
      expect(await store.account()).toMatchObject(none);
      const first = await store.openUpload();
      const second = await store.openUpload();
      expect(second).not.toBe(first);
      expect(await store.account()).toMatchObject({ runningUploads: 2, startedUploads: 2 });
      await store.closeUpload(first);
      await store.closeUpload(first);
      const left = { runningUploads: 1, startedUploads: 2, completedUploads: 0 };
      expect(await store.account()).toMatchObject(left);
    });

    test('is counted as completed instead, once it has succeeded', async () => {
      await using fixture = await createFixture();
      const { store, clock } = fixture;
      const opened = await store.openUpload();
      clock.steadyMs += 100;
      await store.complete('a', uploadOf('p'), null, opened);
      clock.steadyMs += 30;
      expect(await store.account()).toEqual({
        runningUploads: 0,
        startedUploads: 1,
        completedUploads: 1,
        succeededAgoMs: 30,
        snapshot: null,
      });
    });

    test('that was answered before its end has succeeded too, but does not count', async () => {
      await using fixture = await createFixture();
      const { store, clock } = fixture;
      const opened = await store.openUpload();
      clock.steadyMs += 100;
      const early = uploadOf('p', { sizeBytes: null, contentHash: null });
      await store.complete('a', early, null, opened);
      const state = { runningUploads: 0, completedUploads: 0, succeededAgoMs: 0 };
      expect(await store.account()).toMatchObject(state);
    });

    test('of a dead process is closed, and does not count', async () => {
      await using fixture = await createFixture();
      await fixture.store.openUpload();
      const reopened = await fixture.reopen();
      const state = { runningUploads: 0, completedUploads: 0 };
      expect(await reopened.account()).toMatchObject(state);
    });
  });

  describe('a snapshot of the account', () => {
    test('has the completed uploads of its moment, and stays until the next', async () => {
      await using fixture = await createFixture();
      const { store } = fixture;
      expect(await store.takeSnapshot(7, 0)).toEqual({ remaining: 7, completedUploads: 0 });
      await store.complete('a', uploadOf('p'), null, await store.openUpload());
      expect((await store.account()).snapshot).toEqual({ remaining: 7, completedUploads: 0 });
      expect(await store.takeSnapshot(6, 1)).toEqual({ remaining: 6, completedUploads: 1 });
    });

    test('is not taken while an upload is open, or if one was open since', async () => {
      await using fixture = await createFixture();
      const { store } = fixture;
      const { startedUploads } = await store.account();
      const opened = await store.openUpload();
      expect(await store.takeSnapshot(7, startedUploads + 1)).toBeNull();
      await store.closeUpload(opened);
      expect(await store.takeSnapshot(7, startedUploads)).toBeNull();
      expect(await store.takeSnapshot(7, startedUploads + 1)).not.toBeNull();
    });
  });
}

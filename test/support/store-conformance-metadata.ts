import { describe, expect, test } from 'vitest';
import type { CreateStoreFixture } from './store-fixture.ts';
import { begun, at, makeReady, uploadOf } from './store-samples.ts';

/** The data that belongs to no photo and no client, and closing. */
export function describeMetadata(createFixture: CreateStoreFixture): void {
  describe('what the gateway has learned', () => {
    test('about uploads is the number of all successes', async () => {
      await using fixture = await createFixture();
      const { store } = fixture;
      expect(await store.completedUploads()).toBe(0);
      await makeReady(store, 'p');
      await store.complete('b', uploadOf('p', { contentHash: null }), null);
      await store.markReady('unowned', 0, at(0), at(1));
      // It got its response before it had arrived completely.
      await store.complete('b', uploadOf('q', { sizeBytes: null, contentHash: null }), null);
      expect(await store.completedUploads()).toBe(2);
      await store.markExpired('p', 2);
      await store.purge({ recordsMs: 0, photosMs: -1, maxRows: 10 });
      expect(await store.photo('p')).toBeNull();
      expect(await (await fixture.reopen()).completedUploads()).toBe(2);
    });

    test('about processing times is returned as saved last', async () => {
      await using fixture = await createFixture();
      const { store } = fixture;
      expect(await store.loadSamples()).toEqual(new Map());
      const repair = { weights: [0.5, 1e-300, 0], name: '修復 "sr,repair"', none: null };
      await store.saveSamples('REPAIR', [1, 2, 3]);
      await store.saveSamples('COLORIZE 1', [4]);
      await store.saveSamples('REPAIR', repair);
      const times = new Map<string, unknown>([
        ['REPAIR', repair],
        ['COLORIZE 1', [4]],
      ]);
      expect(await store.loadSamples()).toEqual(times);
      expect(await (await fixture.reopen()).loadSamples()).toEqual(times);
    });
  });

  describe('the signing key', () => {
    test('is 32 random bytes, constant, and different for each store', async () => {
      await using fixture = await createFixture();
      await using other = await createFixture();
      const [key, again] = await Promise.all([
        fixture.store.signingKey(),
        fixture.store.signingKey(),
      ]);
      expect(key).toHaveLength(32);
      expect([...again]).toEqual([...key]);
      expect([...(await (await fixture.reopen()).signingKey())]).toEqual([...key]);
      expect([...(await other.store.signingKey())]).not.toEqual([...key]);
    });
  });

  describe('a closed store', () => {
    test('rejects calls, and can be closed again', async () => {
      await using fixture = await createFixture();
      const { store } = fixture;
      await store.complete('a', uploadOf('p'), null);
      await Promise.all([store.close(), store.close()]);
      const calls = [
        () => store.photo('p'),
        () => store.complete('a', uploadOf('q'), null),
        () => store.markReady('p', 1, at(1), at(2)),
        () => store.beginIdempotencyRecord({ client: 'a', key: 'k' }, begun('f')),
        () => store.watched(),
        () => store.signingKey(),
      ];
      for (const call of calls) await expect(call()).rejects.toThrow('The store is closed');
      await store.close();
      expect(await (await fixture.reopen()).photo('p')).toMatchObject({ id: 'p' });
    });
  });
}

import { describe } from 'vitest';
import type { Store } from '../../src/photos/store/store.ts';
import { describeAfterlife } from './store-conformance-afterlife.ts';
import { describeAllowances } from './store-conformance-allowances.ts';
import { describeIdempotencyRecords } from './store-conformance-idempotency-records.ts';
import { describeMetadata } from './store-conformance-metadata.ts';
import { describeLists } from './store-conformance-lists.ts';
import { describePhotos } from './store-conformance-photos.ts';
import { describePurge } from './store-conformance-purge.ts';
import { describeSamePhoto } from './store-conformance-same-photo.ts';
import { describeWork } from './store-conformance-work.ts';

/** A store with nothing in it, and what there is to do around it. */
export interface StoreFixture extends AsyncDisposable {
  readonly store: Store;
  /**
   * What the store, and any that is opened again, takes for the time, which begins at `T0`; and for the clock that
   * nobody sets, which begins at 0.
   */
  readonly clock: { nowMs: number; steadyMs: number };
  /** Opens the store as it is found after its process died at this moment. The one before is used no more. */
  reopen(): Promise<Store>;
}

export type CreateStoreFixture = () => Promise<StoreFixture>;

/** Holds an implementation of `Store`, which keeps its rows in `name`, to every sentence of the interface. */
export function describeStore(name: string, createFixture: CreateStoreFixture): void {
  describe(`a store in ${name}`, () => {
    describePhotos(createFixture);
    describeAfterlife(createFixture);
    describeSamePhoto(createFixture);
    describeLists(createFixture);
    describeWork(createFixture);
    describeIdempotencyRecords(createFixture);
    describeAllowances(createFixture);
    describePurge(createFixture);
    describeMetadata(createFixture);
  });
}

import type { Store } from '../../src/photos/store/store.ts';

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

import type { Audience } from '../../src/photos/store/outbox/audience.ts';
import type { Store } from '../../src/photos/store/store.ts';

/** An empty store, and the operations around it. */
export interface StoreFixture extends AsyncDisposable {
  readonly store: Store;
  /**
   * The clocks of the store, and of any that is opened again: the time, which begins at `T0`, and
   * the monotonic clock, which begins at 0.
   */
  readonly clock: { nowMs: number; steadyMs: number };
  /**
   * Opens the store in the state after its process died at this moment. The previous one is not
   * used any more.
   */
  reopen(): Promise<Store>;
}

/** `audience` is who is told what happens to photos; nobody by default. */
export type CreateStoreFixture = (audience?: Audience) => Promise<StoreFixture>;

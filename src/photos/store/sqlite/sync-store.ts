import type { Store } from '../store.ts';

/** `Store` as the parts of it over SQLite are: they answer at once. */
export type SyncStore = {
  readonly [Method in keyof Store]: (
    ...args: Parameters<Store[Method]>
  ) => Awaited<ReturnType<Store[Method]>>;
};

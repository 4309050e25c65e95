import type { Store } from '../store.ts';

/** The synchronous form of `Store`, as its parts over SQLite implement it. */
export type SyncStore = {
  readonly [Method in keyof Store]: (
    ...args: Parameters<Store[Method]>
  ) => Awaited<ReturnType<Store[Method]>>;
};

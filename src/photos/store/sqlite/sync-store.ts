import type { Outbox } from '../outbox/outbox.ts';
import type { Store } from '../store.ts';

/** The synchronous form of the methods of an interface. */
type Sync<Async> = {
  readonly [Method in keyof Async]: Async[Method] extends (...args: infer Args) => infer Result
    ? (...args: Args) => Awaited<Result>
    : never;
};

/** The synchronous form of `Store`, as its parts over SQLite implement it. */
export type SyncStore = Sync<Omit<Store, 'outbox'>>;

/** The synchronous form of `Outbox`. */
export type SyncOutbox = Sync<Outbox>;

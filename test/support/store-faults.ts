import type { Store } from '../../src/photos/store/store.ts';

/** What SQLite throws on a full disk, which passes. */
export const diskFull = Object.assign(new Error('database or disk is full'), { errcode: 13 });
/** What it throws of a file that is damaged, which does not. */
export const malformed = Object.assign(new Error('database disk image is malformed'), {
  errcode: 11,
});

export type StoreFaults = Map<string | symbol, Error>;

/** `store`, whose methods fail with what `faults` has for their names. */
export function withFaults(store: Store, faults: StoreFaults): Store {
  return new Proxy(store, {
    get(target, name) {
      const fault = faults.get(name);
      return fault ? () => Promise.reject(fault) : (Reflect.get(target, name) as unknown);
    },
  });
}

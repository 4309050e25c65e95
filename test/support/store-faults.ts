import type { Store } from '../../src/photos/store/store.ts';

/** SQLite's error on a full disk, which is transient. */
export const diskFull = Object.assign(new Error('database or disk is full'), { errcode: 13 });
/** SQLite's error for a damaged file, which is permanent. */
export const malformed = Object.assign(new Error('database disk image is malformed'), {
  errcode: 11,
});

export type StoreFaults = Map<string | symbol, Error>;

/** `store`, with methods that fail with the errors in `faults` under their names. */
export function withFaults(store: Store, faults: StoreFaults): Store {
  return new Proxy(store, {
    get(target, name) {
      const fault = faults.get(name);
      return fault ? () => Promise.reject(fault) : (Reflect.get(target, name) as unknown);
    },
  });
}

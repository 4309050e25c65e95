import { signal, type ReadonlySignal } from '@preact/signals';

/** The visitor's access key. It lives as long as the tab, so that a shared computer forgets it. */
export interface AccessKey {
  /** Empty if there is none. */
  readonly value: ReadonlySignal<string>;
  set(key: string): void;
}

const ITEM = 'photo-gateway:access-key';

export function createAccessKey(storage: Pick<Storage, 'getItem' | 'setItem'>): AccessKey {
  const value = signal(storage.getItem(ITEM) ?? '');
  return {
    value,
    set(key) {
      value.value = key;
      storage.setItem(ITEM, key);
    },
  };
}

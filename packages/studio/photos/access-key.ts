import { signal, type ReadonlySignal } from '@preact/signals';

/** The visitor's access key. It lives as long as the tab, so that a shared computer forgets it. */
export interface AccessKey {
  /** Empty if there is none. */
  readonly value: ReadonlySignal<string>;
  /** Whether the gateway has accepted it before. */
  readonly wasAccepted: ReadonlySignal<boolean>;
  set(key: string): void;
  /** Notes that the gateway has accepted it. */
  accept(): void;
  forget(): void;
}

const ITEM = 'photo-gateway:access-key';
const ACCEPTED = 'photo-gateway:access-key-accepted';

export function createAccessKey(
  storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>,
): AccessKey {
  const value = signal(storage.getItem(ITEM) ?? '');
  const wasAccepted = signal(storage.getItem(ACCEPTED) === value.peek() && value.peek() !== '');
  return {
    value,
    wasAccepted,
    set(key) {
      value.value = key;
      wasAccepted.value = false;
      storage.setItem(ITEM, key);
    },
    accept() {
      if (value.peek() === '' || wasAccepted.peek()) return;
      wasAccepted.value = true;
      storage.setItem(ACCEPTED, value.peek());
    },
    forget() {
      storage.removeItem(ITEM);
      storage.removeItem(ACCEPTED);
    },
  };
}

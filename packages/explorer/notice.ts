import { createStore, type StoreApi } from 'zustand';

/** A sentence about what has just happened, such as a copy. */
export interface Notice {
  readonly store: StoreApi<string | null>;
  say(text: string | null): void;
}

export function createNotice(): Notice {
  const store = createStore<string | null>(() => null);
  return { store, say: (text) => store.setState(text, true) };
}

import { createStore, type StoreApi } from 'zustand';
import type { ExplorerStorage } from './explorer-storage.ts';

/** The transports of events, with the names that users see. */
export const TRANSPORTS = {
  sse: 'Server-sent events',
  websocket: 'WebSocket',
} as const;

export type Transport = keyof typeof TRANSPORTS;

export interface TransportChoice {
  readonly store: StoreApi<Transport>;
  choose(transport: Transport): void;
}

/** The chosen transport. It survives a reload. @default 'sse' */
export function createTransportChoice(
  storage: Pick<ExplorerStorage, 'getItem' | 'setItem'>,
): TransportChoice {
  const kept = storage.getItem(key);
  const store = createStore<Transport>(() => (isTransport(kept) ? kept : 'sse'));
  return {
    store,
    choose(transport) {
      storage.setItem(key, transport);
      store.setState(transport);
    },
  };
}

const key = 'transport';

function isTransport(value: string | null): value is Transport {
  return value !== null && Object.hasOwn(TRANSPORTS, value);
}

import { createStore, type StoreApi } from 'zustand';

/** What is known of the request behind the answer that a tab shows. */
export interface Exchange {
  /** Such as `200 OK`, or `WebSocket`. Null while nothing has answered. */
  readonly status: string | null;
  /** From the request to the whole answer, or to the last event, in milliseconds. */
  readonly elapsedMs: number | null;
  /** Of the decoded answer, or of all events. */
  readonly sizeBytes: number;
  /** The latest events of a subscription, oldest first; null for any other operation. */
  readonly events: readonly LoggedEvent[] | null;
  /** How many older events are not kept. */
  readonly forgotten: number;
}

export interface LoggedEvent {
  readonly what: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Since the request. */
  readonly afterMs: number;
  readonly sizeBytes: number | null;
}

/** Records one exchange, until the next one in the same tab begins. */
export interface Recorder {
  /**
   * The response has begun.
   *
   * @param what - How the log of a subscription calls it. @default 'Connected'
   */
  opened(status: string, what?: string): void;
  /** The answer is there, as a whole. */
  answered(text: string): void;
  /** Something happened to a subscription. `text` is an event that arrived. */
  log(what: string, text?: string): void;
}

export interface Exchanges {
  /** By the id of the tab. */
  readonly store: StoreApi<ReadonlyMap<string, Exchange>>;
  /** Names the open tab, in which the next exchange begins. */
  enter(tabId: string): void;
  begin(kind: 'answer' | 'events'): Recorder;
}

const MAX_TABS = 50;
const MAX_EVENTS = 200;

/** Measures the answers and events of each tab, in memory. */
export function createExchanges(): Exchanges {
  const store = createStore<ReadonlyMap<string, Exchange>>(() => new Map());
  let openTab = '';

  function put(tabId: string, exchange: Exchange) {
    const others = [...store.getState()].filter(([id]) => id !== tabId);
    store.setState(new Map([...others, [tabId, exchange] as const].slice(-MAX_TABS)), true);
  }

  function begin(kind: 'answer' | 'events'): Recorder {
    const tabId = openTab;
    const startedMs = performance.now();
    let exchange: Exchange = {
      status: null,
      elapsedMs: null,
      sizeBytes: 0,
      events: kind === 'events' ? [] : null,
      forgotten: 0,
    };
    put(tabId, exchange);

    function change(changed: Partial<Exchange>) {
      // Another exchange has begun in this tab.
      if (store.getState().get(tabId) !== exchange) return;
      exchange = { ...exchange, ...changed };
      put(tabId, exchange);
    }

    const elapsed = () => performance.now() - startedMs;

    function log(what: string, text?: string) {
      const sizeBytes = text === undefined ? null : bytesOf(text);
      const event = { what, at: Date.now(), afterMs: elapsed(), sizeBytes };
      const all = [...(exchange.events ?? []), event];
      change({
        events: all.slice(-MAX_EVENTS),
        forgotten: exchange.forgotten + Math.max(0, all.length - MAX_EVENTS),
        elapsedMs: event.afterMs,
        sizeBytes: exchange.sizeBytes + (sizeBytes ?? 0),
      });
    }

    return {
      opened(status, what = 'Connected') {
        change({ status });
        if (kind === 'events') log(what);
      },
      answered: (text) => change({ elapsedMs: elapsed(), sizeBytes: bytesOf(text) }),
      log,
    };
  }

  function enter(tabId: string): void {
    openTab = tabId;
  }

  return { store, begin, enter };
}

function bytesOf(text: string): number {
  return new TextEncoder().encode(text).length;
}

import { parseJson } from './answer.ts';
import type { ExplorerStorage } from './explorer-storage.ts';

/** The key under which GraphiQL stores whether headers may be stored. */
const switchKey = 'graphiql:shouldPersistHeaders';

type Strip = (value: string) => string | null;

/**
 * How to strip headers from each stored item, if they may not be stored. Null: the item is not
 * stored at all.
 */
const withoutHeaders: ReadonlyMap<string, Strip> = new Map<string, Strip>([
  ['graphiql:headers', () => null],
  // GraphiQL ignores a tab without this key.
  ['graphiql:tabState', (value) => replaceHeaders(value, null)],
  ['graphiql:queries', (value) => replaceHeaders(value, undefined)],
  ['graphiql:favorites', (value) => replaceHeaders(value, undefined)],
]);

/** Whether the user has switched on that headers survive a reload. */
export function keepsHeaders(storage: Pick<ExplorerStorage, 'getItem'>): boolean {
  return storage.getItem(switchKey) === 'true';
}

/**
 * Enforces GraphiQL's own switch. Its history ignores the switch, and its tabs are stored half a
 * second late, as they were before it was turned off. So the key would stay on the disk of a
 * machine that may be shared.
 */
export function withholdHeaders(storage: ExplorerStorage): ExplorerStorage {
  /**
   * The items before stripping: GraphiQL first stores headers, and then that they may be stored.
   */
  const whole = new Map<string, string>();

  function setItem(key: string, value: string) {
    const strip = withoutHeaders.get(key);
    if (strip !== undefined) whole.set(key, value);
    const kept = strip === undefined || keepsHeaders(storage) ? value : strip(value);
    if (kept === null) storage.removeItem(key);
    else storage.setItem(key, kept);
    if (key === switchKey) storeAgain();
  }

  function storeAgain() {
    for (const key of withoutHeaders.keys()) {
      const value = whole.get(key) ?? storage.getItem(key);
      if (value !== null) setItem(key, value);
    }
  }

  function removeItem(key: string) {
    whole.delete(key);
    storage.removeItem(key);
  }

  function clear() {
    whole.clear();
    storage.clear();
  }

  // Strips what an older version of this page has stored.
  storeAgain();
  return {
    get length() {
      return storage.length;
    },
    getItem: (key) => storage.getItem(key),
    setItem,
    removeItem,
    clear,
  };
}

function replaceHeaders(value: string, replacement: null | undefined): string {
  return JSON.stringify(parseJson(value) ?? {}, (name, part: unknown) =>
    name === 'headers' ? replacement : part,
  );
}

import { parseJson } from './answer.ts';
import type { ExplorerStorage } from './explorer-storage.ts';

/** Where GraphiQL keeps whether headers may be kept. */
const switchKey = 'graphiql:shouldPersistHeaders';

type Strip = (value: string) => string | null;

/** What becomes of whatever holds headers, where they may not be kept. Null is not kept at all. */
const withoutHeaders: ReadonlyMap<string, Strip> = new Map<string, Strip>([
  ['graphiql:headers', () => null],
  // A tab without this key is none to GraphiQL.
  ['graphiql:tabState', (value) => replaceHeaders(value, null)],
  ['graphiql:queries', (value) => replaceHeaders(value, undefined)],
  ['graphiql:favorites', (value) => replaceHeaders(value, undefined)],
]);

/** Whether a person has switched on that headers outlive a reload. */
export function keepsHeaders(storage: Pick<ExplorerStorage, 'getItem'>): boolean {
  return storage.getItem(switchKey) === 'true';
}

/**
 * Holds GraphiQL to its own switch. Its history takes no notice of that, and its tabs are stored half a
 * second late, as they were before the switch was turned off: the key would stay on the disk of a machine
 * that may be anybody's.
 */
export function withholdHeaders(storage: ExplorerStorage): ExplorerStorage {
  /** What was to be stored: GraphiQL stores headers, and then that they may be. */
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

  // What an older version of this page has kept.
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

import type { ExplorerStorage } from './explorer-storage.ts';
import type { Example } from './examples.ts';
import { withholdHeaders } from './withhold-headers.ts';

export interface ExplorerStorageOptions {
  /** Where items are kept, such as `localStorage`. */
  readonly items: Storage;
  readonly examples: readonly Example[];
}

/**
 * A prefix of our own: every GraphiQL of this origin would else share its tabs, and on a developer's
 * machine the one of another project was often served at the same address yesterday.
 */
const prefix = 'photo-gateway:';

/**
 * Keeps tabs and history over a reload, and headers where that was switched on; at first it holds the first
 * example.
 */
export function createExplorerStorage(options: ExplorerStorageOptions): ExplorerStorage {
  const { items, examples } = options;
  const ownKeys = () => Object.keys(items).filter((key) => key.startsWith(prefix));
  const storage = withholdHeaders({
    get length() {
      return ownKeys().length;
    },
    getItem: (key) => items.getItem(prefix + key),
    setItem: (key, value) => items.setItem(prefix + key, value),
    removeItem: (key) => items.removeItem(prefix + key),
    clear: () => ownKeys().forEach((key) => items.removeItem(key)),
  });
  const [first] = examples;
  if (storage.length === 0 && first !== undefined) {
    // GraphiQL shows the first tab's query, but takes its variables from here alone: the editor
    // would be empty, and so would be the upload.
    storage.setItem('graphiql:query', first.query);
    storage.setItem('graphiql:variables', first.variables ?? '');
  }
  return storage;
}

import type { Example } from './examples.ts';
import type { ExplorerStorage } from './explorer-storage.ts';
import { withholdHeaders } from './withhold-headers.ts';

export interface ExplorerStorageOptions {
  /** The underlying storage, such as `localStorage`. */
  readonly items: Storage;
  readonly examples: readonly Example[];
}

/**
 * Our own prefix. Otherwise every GraphiQL of this origin would share its tabs, and on a
 * developer's machine another project's GraphiQL was often served at the same address yesterday.
 */
const prefix = 'photo-gateway:';

/**
 * Keeps tabs and history across reloads, and headers if the user has switched that on. At first it
 * holds the first example.
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
    // GraphiQL shows the first tab's query, but takes its variables from here alone. Without this
    // the editor would be empty, and so would be the upload.
    storage.setItem('graphiql:query', first.query);
    storage.setItem('graphiql:variables', first.variables ?? '');
  }
  return storage;
}

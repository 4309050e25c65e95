import { clear, createStore, delMany, entries, get, set } from 'idb-keyval';
import * as z from 'zod/mini';

const storedSmall = z.object({ picture: z.instanceof(Blob), at: z.number() });

/** Small pictures in the browser's database: they need not be made again, and are there offline. */
export interface SmallPictureStorage {
  /** Null if there is none. */
  read(id: string): Promise<Blob | null>;
  save(id: string, picture: Blob): Promise<void>;
  remove(id: string): Promise<void>;
  clear(): Promise<void>;
}

const MAX_PICTURES = 300;
/** How many are stored before the oldest are dropped again. */
const TRIMMED_AFTER = 30;

export function createSmallPictureStorage(): SmallPictureStorage {
  const store = createStore('photo-gateway-small', 'pictures');
  let saved = 0;

  async function trim() {
    const stored = (await entries<string, unknown>(store)).map(([id, value]) => {
      return { id, at: storedSmall.safeParse(value).data?.at ?? 0 };
    });
    const old = stored.toSorted((one, other) => other.at - one.at).slice(MAX_PICTURES);
    await delMany(
      old.map(({ id }) => id),
      store,
    );
  }

  return {
    read: (id) =>
      get<unknown>(id, store).then(
        (value) => storedSmall.safeParse(value).data?.picture ?? null,
        () => null,
      ),
    async save(id, picture) {
      try {
        await set(id, { picture, at: Date.now() }, store);
        saved += 1;
        if (saved % TRIMMED_AFTER === 0) await trim();
      } catch {
        // No database, or no room.
      }
    },
    remove: (id) => delMany([id], store).catch(() => undefined),
    clear: () => clear(store).catch(() => undefined),
  };
}

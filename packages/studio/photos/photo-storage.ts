import { clear, createStore, delMany, entries, set } from 'idb-keyval';
import * as z from 'zod/mini';

const storedPhoto = z.object({
  /** The photo's key on the page. */
  key: z.string(),
  picture: z.instanceof(Blob),
  name: z.nullable(z.string()),
  repairType: z.enum(['SUPER_RESOLUTION', 'REPAIR', 'COLORIZE', 'REPLACE_BACKGROUND']),
  background: z.nullable(z.string()),
  /** The key under which every attempt is sent. */
  idempotencyKey: z.string(),
  /** When it was first sent, in milliseconds since 1970. */
  sentAt: z.number(),
  /** Its place in the gallery; older versions of the page stored none. */
  place: z.optional(z.object({ at: z.number(), index: z.number() })),
  /** Whose it is (`ownerOf`); older versions of the page stored none. */
  owner: z.optional(z.string()),
  /** The gateway's id, after the upload. */
  id: z.nullable(z.string()),
});

/** The part of a picked photo that survives a reload. */
export type StoredPhoto = Readonly<z.infer<typeof storedPhoto>>;

/**
 * The browser's database. It holds the pictures themselves, and the uploads that had no response
 * when the page was left. It is a convenience: if the browser has none, or no room, the page works
 * without it.
 */
export interface PhotoStorage {
  /** The stored photos, newest first. Drops those that are too old or too many. */
  read(): Promise<readonly StoredPhoto[]>;
  /** Stores a photo, or its new state. */
  save(photo: StoredPhoto): Promise<void>;
  remove(key: string): Promise<void>;
  clear(): Promise<void>;
}

/** A browser may give a page little room, and pictures are large. */
const MAX_PHOTOS = 40;

export function createPhotoStorage(): PhotoStorage {
  const store = createStore('photo-gateway', 'photos');

  async function read() {
    const stored = await entries<string, unknown>(store);
    const photos = stored
      .flatMap(([, value]) => storedPhoto.safeParse(value).data ?? [])
      .toSorted((one, other) => other.sentAt - one.sentAt)
      .slice(0, MAX_PHOTOS);
    const keys = new Set(photos.map(({ key }) => key));
    await delMany(
      stored.map(([key]) => key).filter((key) => !keys.has(key)),
      store,
    );
    return photos;
  }

  return {
    read: () => read().catch(() => []),
    save: (photo) => set(photo.key, photo, store).catch(() => undefined),
    remove: (key) => delMany([key], store).catch(() => undefined),
    clear: () => clear(store).catch(() => undefined),
  };
}

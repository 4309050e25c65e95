import { createStore, delMany, entries, set } from 'idb-keyval';
import * as z from 'zod/mini';

const shelvedPhoto = z.object({
  /** As on the page. */
  key: z.string(),
  picture: z.instanceof(Blob),
  name: z.nullable(z.string()),
  repairType: z.enum(['SUPER_RESOLUTION', 'REPAIR', 'COLORIZE', 'REPLACE_BACKGROUND']),
  background: z.nullable(z.string()),
  /** Under which it is sent, again and again. */
  idempotencyKey: z.string(),
  /** When it was first sent, in milliseconds since 1970. */
  sentAt: z.number(),
  /** The gateway's id, once it was uploaded. */
  id: z.nullable(z.string()),
});

/** What outlives a reload of a photo that was picked here. */
export type ShelvedPhoto = Readonly<z.infer<typeof shelvedPhoto>>;

/**
 * The browser's database, for the pictures themselves and for what was not answered when the page was
 * left. It is a convenience: where the browser has none, or no room, the page does without.
 */
export interface Shelf {
  /** What was kept, newest first. What is too old or too much is let go of. */
  read(): Promise<readonly ShelvedPhoto[]>;
  /** Keeps a photo, or what has become of it. */
  keep(photo: ShelvedPhoto): Promise<void>;
  remove(key: string): Promise<void>;
}

/** A browser may give a page little room, and pictures are large. */
const MAX_PHOTOS = 40;

export function createShelf(): Shelf {
  const store = createStore('photo-gateway', 'photos');

  async function read() {
    const kept = await entries<string, unknown>(store);
    const photos = kept
      .flatMap(([, value]) => shelvedPhoto.safeParse(value).data ?? [])
      .toSorted((one, other) => other.sentAt - one.sentAt)
      .slice(0, MAX_PHOTOS);
    const keys = new Set(photos.map(({ key }) => key));
    await delMany(
      kept.map(([key]) => key).filter((key) => !keys.has(key)),
      store,
    );
    return photos;
  }

  return {
    read: () => read().catch(() => []),
    keep: (photo) => set(photo.key, photo, store).catch(() => undefined),
    remove: (key) => delMany([key], store).catch(() => undefined),
  };
}

import { clear, createStore, delMany, entries, setMany } from 'idb-keyval';
import * as z from 'zod/mini';

const storedPick = z.object({
  key: z.string(),
  picture: z.instanceof(Blob),
  name: z.nullable(z.string()),
  owner: z.string(),
  /** When it was picked, in milliseconds since 1970. */
  at: z.number(),
  conversion: z.nullable(
    z.object({
      kind: z.enum(['JPEG', 'PNG', 'WebP', 'GIF', 'BMP', 'TIFF', 'HEIC', 'AVIF', 'JPEG XL', 'PSD']),
      fromBytes: z.number(),
      toBytes: z.number(),
      wasTooLarge: z.boolean(),
    }),
  ),
  /** The upload of it that was cancelled, which may have been paid under its key. */
  attempt: z.nullable(
    z.object({
      idempotencyKey: z.string(),
      repair: z.object({
        type: z.enum(['SUPER_RESOLUTION', 'REPAIR', 'COLORIZE', 'REPLACE_BACKGROUND']),
        background: z.nullable(z.string()),
      }),
      sentAt: z.number(),
    }),
  ),
});

/** A photo of the tray, as it survives a reload. */
export type StoredPick = Readonly<z.infer<typeof storedPick>>;

/** The tray in the browser's database, which all tabs share. Without one, the page works as well. */
export interface TrayStorage {
  /** In the order of picking. Drops those that are too old or too many. */
  read(): Promise<readonly StoredPick[]>;
  save(picks: readonly StoredPick[]): Promise<void>;
  remove(keys: readonly string[]): Promise<void>;
  clear(): Promise<void>;
}

const MAX_PICKS = 60;
const LIFETIME_MS = 7 * 24 * 3_600_000;

export function createTrayStorage(): TrayStorage {
  const store = createStore('photo-gateway-tray', 'picks');

  async function read() {
    const stored = await entries<string, unknown>(store);
    const picks = stored
      .flatMap(([, value]) => storedPick.safeParse(value).data ?? [])
      .filter(({ at }) => Date.now() - at < LIFETIME_MS)
      .toSorted((one, other) => one.at - other.at)
      .slice(0, MAX_PICKS);
    const keys = new Set(picks.map(({ key }) => key));
    const dropped = stored.map(([key]) => key).filter((key) => !keys.has(key));
    if (dropped.length > 0) await delMany(dropped, store);
    return picks;
  }

  return {
    read: () => read().catch(() => []),
    save: (picks) =>
      setMany(
        picks.map((pick) => [pick.key, pick]),
        store,
      ).catch(() => undefined),
    remove: (keys) => delMany([...keys], store).catch(() => undefined),
    clear: () => clear(store).catch(() => undefined),
  };
}

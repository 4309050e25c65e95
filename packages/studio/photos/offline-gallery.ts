import * as z from 'zod/mini';
import type { StudioPhoto } from './studio-photo.ts';

const ITEM = 'photo-gateway:gallery';
const MAX_PHOTOS = 60;

const nullableText = z.nullable(z.string());
const keptPhoto = z.object({
  key: z.string(),
  id: z.string(),
  name: nullableText,
  sizeBytes: z.nullable(z.number()),
  repair: z.nullable(
    z.object({
      type: z.enum(['SUPER_RESOLUTION', 'REPAIR', 'COLORIZE', 'REPLACE_BACKGROUND']),
      background: nullableText,
    }),
  ),
  beforeUrl: nullableText,
  afterUrl: nullableText,
  uploadedAt: z.nullable(z.number()),
  place: z.object({ at: z.number(), index: z.number() }),
});
const keptGallery = z.object({ owner: z.string(), photos: z.array(keptPhoto) });

/** The restored photos as they were shown last, for a page that opens without a network. */
export interface OfflineGallery {
  save(owner: string, gallery: readonly StudioPhoto[]): void;
  /** None if they belong to somebody else. */
  read(owner: string): readonly StudioPhoto[];
  clear(): void;
}

export function createOfflineGallery(
  storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>,
): OfflineGallery {
  return {
    save(owner, gallery) {
      const photos = gallery
        .filter(({ id, phase }) => id !== null && phase.name === 'ready')
        .slice(0, MAX_PHOTOS)
        .map(lasting);
      try {
        storage.setItem(ITEM, JSON.stringify({ owner, photos }));
      } catch {
        // No room.
      }
    },
    read(owner) {
      try {
        const kept = keptGallery.parse(JSON.parse(storage.getItem(ITEM) ?? ''));
        return kept.owner === owner ? kept.photos.map(restored) : [];
      } catch {
        return [];
      }
    },
    clear: () => storage.removeItem(ITEM),
  };
}

/** The address of a picked picture ends with the page. */
function lasting(photo: StudioPhoto): StudioPhoto {
  return photo.beforeUrl?.startsWith('blob:') === true ? { ...photo, beforeUrl: null } : photo;
}

function restored(photo: z.infer<typeof keptPhoto>): StudioPhoto {
  return {
    ...photo,
    conversion: null,
    sameAs: null,
    afterUrlEndsAt: null,
    deletedAt: null,
    phase: { name: 'ready' },
    expectedReadyAt: null,
  };
}

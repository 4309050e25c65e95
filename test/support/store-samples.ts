import type {
  ArchivedPicture,
  NewIdempotencyRecord,
  CompletedUpload,
  PhotosPage,
  Store,
} from '../../src/photos/store/store.ts';

/** The start time of the tests' stores, in milliseconds since 1970. */
export const T0 = Date.UTC(2026, 0, 1);
export const HOUR_MS = 3_600_000;

/** The moment this many milliseconds after `T0`. */
export function at(ms: number): Date {
  return new Date(T0 + ms);
}

/** A new idempotency record that takes no allowance. */
export function begun(fingerprint = 'f'): NewIdempotencyRecord {
  return { fingerprint, period: null };
}

export function uploadOf(id: string, overrides: Partial<CompletedUpload> = {}): CompletedUpload {
  return {
    id,
    repairType: 'REPAIR',
    background: null,
    name: null,
    originalUrl: `https://photo.example.com/static/${id}_out.jpg`,
    uploadedAt: at(0),
    sizeBytes: 1_234_567,
    contentHash: `sha256 of ${id}`,
    ...overrides,
  };
}

export function pictureOf(id: string, name = id): ArchivedPicture {
  return { name, mediaType: 'image/jpeg', sizeBytes: 4_000_000, sha256: id, archivedAt: at(7000) };
}

/** Stores a READY photo of `client`, for an hour from `readyAtMs` after `T0`. */
export async function makeReady(store: Store, id: string, readyAtMs = 0, client = 'a') {
  const { revision } = await store.complete(client, uploadOf(id), null);
  return store.markReady(id, revision, at(readyAtMs), at(readyAtMs + HOUR_MS));
}

/**
 * Takes a photo of `client` as far as the archive, where it stays for `keptMs` from `T0`, or for
 * ever.
 */
export async function makeKept(store: Store, id: string, keptMs: number | null, client = 'a') {
  const { revision } = await makeReady(store, id, 0, client);
  await store.markArchived(id, revision, pictureOf(id), keptMs === null ? null : at(keptMs));
}

export function idsOf(photos: readonly { readonly id: string }[]): string[] {
  return photos.map(({ id }) => id);
}

export function photosOf(page: PhotosPage) {
  return page.entries.map(({ photo }) => photo);
}

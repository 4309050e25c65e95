import { unknownPhoto } from '../photo.ts';
import type {
  CompletedUpload,
  IdempotencyRecord,
  IdempotencyRecordKey,
  PhotoRecord,
} from './store.ts';

/** An upload that was paid for. */
export interface PaidUpload {
  readonly client: string;
  readonly upload: CompletedUpload;
  readonly recordKey: IdempotencyRecordKey | null;
}

/**
 * Overlay of writes that are not stored yet. Reads combine it with what is stored, as if the writes
 * were done.
 */
export interface PendingPhotos {
  /** Pending uploads that count as charged; see `Store.completedUploads`. */
  readonly completedUploads: number;
  /** Pending uploads. */
  readonly size: number;
  /** Adds a photo as it will be stored. @returns a function that removes it again. */
  add(photo: PhotoRecord, paid?: PaidUpload): () => void;
  /** Removes everything about a photo, because a later upload of it has been stored. */
  forget(id: string): void;
  /** The current photo, given that the store has `stored` for it. */
  current(id: string, stored: PhotoRecord | null): PhotoRecord | null;
  /** A client's own view of the current photo, given that the store has `stored` for it. */
  own(
    client: string,
    id: string,
    stored: PhotoRecord | 'foreign' | null,
  ): PhotoRecord | 'foreign' | null;
  /** The current idempotency record, given that the store has `stored` for it. */
  idempotencyRecord(recordKey: IdempotencyRecordKey, stored: IdempotencyRecord): IdempotencyRecord;
}

export function createPendingPhotos(now: () => number): PendingPhotos {
  const photos = new Map<string, PhotoRecord>();
  const uploads = new Set<PaidUpload>();

  function add(photo: PhotoRecord, paid?: PaidUpload) {
    photos.set(photo.id, photo);
    if (paid) uploads.add(paid);
    return function forgetThat() {
      if (photos.get(photo.id) === photo) photos.delete(photo.id);
      if (paid) uploads.delete(paid);
    };
  }

  function forget(id: string) {
    photos.delete(id);
    for (const paid of uploads) if (paid.upload.id === id) uploads.delete(paid);
  }

  function own(client: string, id: string, stored: PhotoRecord | 'foreign' | null) {
    const pending = current(id, null);
    if (pending === null) return stored;
    const { upload } =
      [...uploads].findLast((p) => p.client === client && p.upload.id === id) ?? {};
    if (upload !== undefined) return { ...pending, ...requestOf(upload) };
    // Only the photo's upload is known, and another client made it.
    if (stored === null || stored === 'foreign') return pending.revision > 0 ? 'foreign' : pending;
    return stored.archived !== null || stored.status === 'EXPIRED'
      ? stored
      : { ...pending, ...requestOf(stored), original: stored.original };
  }

  function current(id: string, stored: PhotoRecord | null): PhotoRecord | null {
    const pending = photos.get(id);
    if (pending === undefined) return stored;
    const expired =
      pending.status === 'READY' && (pending.expiresAt?.getTime() ?? Infinity) <= now();
    return expired ? { ...pending, status: 'EXPIRED' } : pending;
  }

  function idempotencyRecord(
    { client, key }: IdempotencyRecordKey,
    stored: IdempotencyRecord,
  ): IdempotencyRecord {
    const paid = [...uploads].find(
      ({ recordKey }) => recordKey?.client === client && recordKey.key === key,
    );
    if (paid === undefined) return stored;
    const { id: photoId, contentHash } = paid.upload;
    return { fingerprint: stored.fingerprint, state: 'succeeded', photoId, contentHash };
  }

  return {
    get completedUploads() {
      return [...uploads].filter(({ upload }) => upload.sizeBytes !== null).length;
    },
    get size() {
      return uploads.size;
    },
    add,
    forget,
    current,
    own,
    idempotencyRecord,
  };
}

/** The fields that come from a client's own upload. */
type Requested = Pick<
  PhotoRecord,
  'repairType' | 'background' | 'name' | 'originalUrl' | 'uploadedAt' | 'sizeBytes'
>;

function requestOf(photo: Requested): Requested {
  const { repairType, background, name, originalUrl, uploadedAt, sizeBytes } = photo;
  return { repairType, background, name, originalUrl, uploadedAt, sizeBytes };
}

/** A photo right after its upload. */
export function uploadedPhoto(upload: CompletedUpload, revision: number): PhotoRecord {
  return {
    ...unknownPhoto(upload.id),
    ...requestOf(upload),
    revision,
    watched: true,
    archived: null,
  };
}

/** A photo that the store does not know. */
export function unstoredPhoto(id: string): PhotoRecord {
  return { ...unknownPhoto(id), revision: 0, sizeBytes: null, watched: false, archived: null };
}

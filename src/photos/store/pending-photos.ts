import { unknownPhoto } from '../photo.ts';
import type { Attempt, AttemptKey, CompletedUpload, PhotoRecord } from './store.ts';

/** An upload that was paid for. */
export interface PaidUpload {
  readonly client: string;
  readonly upload: CompletedUpload;
  readonly attempt: AttemptKey | null;
}

/** What has become of photos and is not stored yet, to be read as if it were. */
export interface LatePhotos {
  /** Uploads among them that count as charged; see `Store.completedUploads`. */
  readonly completedUploads: number;
  /** Notes a photo as it will be stored. @returns what forgets that again. */
  add(photo: PhotoRecord, paid?: PaidUpload): () => void;
  /** A photo as it is, where the store gives `stored` for it. */
  current(id: string, stored: PhotoRecord | null): PhotoRecord | null;
  /** A client's own view of a photo as it is, where the store gives `stored` for it. */
  own(
    client: string,
    id: string,
    stored: PhotoRecord | 'foreign' | null,
  ): PhotoRecord | 'foreign' | null;
  /** An attempt as it is, where the store gives `stored` for it. */
  outcome(attempt: AttemptKey, stored: Attempt): Attempt;
}

export function createLatePhotos(now: () => number): LatePhotos {
  const photos = new Map<string, PhotoRecord>();
  const uploads = new Set<PaidUpload>();

  function add(photo: PhotoRecord, paid?: PaidUpload) {
    photos.set(photo.id, photo);
    if (paid) uploads.add(paid);
    return function forget() {
      if (photos.get(photo.id) === photo) photos.delete(photo.id);
      if (paid) uploads.delete(paid);
    };
  }

  function own(client: string, id: string, stored: PhotoRecord | 'foreign' | null) {
    const late = current(id, null);
    if (late === null) return stored;
    const { upload } =
      [...uploads].findLast((p) => p.client === client && p.upload.id === id) ?? {};
    if (upload !== undefined) return { ...late, ...requestOf(upload) };
    // One of which only its upload is known, and that was another's.
    if (stored === null || stored === 'foreign') return late.revision > 0 ? 'foreign' : late;
    return stored.archived !== null || stored.status === 'EXPIRED'
      ? stored
      : { ...late, ...requestOf(stored) };
  }

  function current(id: string, stored: PhotoRecord | null): PhotoRecord | null {
    const late = photos.get(id);
    if (late === undefined) return stored;
    const lapsed = late.status === 'READY' && (late.expiresAt?.getTime() ?? Infinity) <= now();
    return lapsed ? { ...late, status: 'EXPIRED' } : late;
  }

  function outcome({ client, key }: AttemptKey, stored: Attempt): Attempt {
    const paid = [...uploads].find(
      ({ attempt }) => attempt?.client === client && attempt.key === key,
    );
    if (paid === undefined) return stored;
    const { id: photoId, contentHash } = paid.upload;
    return { fingerprint: stored.fingerprint, state: 'succeeded', photoId, contentHash };
  }

  return {
    get completedUploads() {
      return [...uploads].filter(({ upload }) => upload.contentHash !== null).length;
    },
    add,
    current,
    own,
    outcome,
  };
}

/** What a client asked for. */
type Requested = Pick<
  PhotoRecord,
  'repairType' | 'background' | 'originalUrl' | 'uploadedAt' | 'sizeBytes'
>;

function requestOf(photo: Requested): Requested {
  const { repairType, background, originalUrl, uploadedAt, sizeBytes } = photo;
  return { repairType, background, originalUrl, uploadedAt, sizeBytes };
}

/** A photo as its upload leaves it. */
export function uploadedPhoto(upload: CompletedUpload, revision: number): PhotoRecord {
  return {
    ...unknownPhoto(upload.id),
    ...requestOf(upload),
    revision,
    watched: true,
    archived: null,
  };
}

/** A photo of which the store knows nothing. */
export function unstoredPhoto(id: string): PhotoRecord {
  return { ...unknownPhoto(id), revision: 0, sizeBytes: null, watched: false, archived: null };
}

import { z } from 'zod';
import type { RepairType } from '../../../provider/repair-type.ts';
import type { PhotoStatus } from '../../photo.ts';
import type { ArchivedPicture, PhotoRecord } from '../store.ts';

const PICTURE_COLUMNS = `
  pictures.name, pictures.archived_at, pictures.media_type AS archived_media_type,
  pictures.size_bytes AS archived_size_bytes, pictures.sha256`;

/** Selects the provider's view of photos, for `readPhoto`. */
export const SELECT_PHOTOS = `
  SELECT photos.id, photos.revision, photos.status, photos.repair_type, photos.background,
    photos.original_url, photos.size_bytes, photos.uploaded_at, photos.ready_at, photos.expires_at,
    photos.watched, ${PICTURE_COLUMNS}
  FROM photos
  LEFT JOIN pictures ON pictures.photo_id = photos.id AND pictures.revision = photos.revision`;

/**
 * Selects clients' own views of photos, for `readPhoto`, from the rows of `uploads` that `from`
 * names `own`.
 */
export function selectOwn(from: string): string {
  return `
    SELECT own.photo_id AS id, own.revision, own.status, own.repair_type, own.background,
      own.original_url, own.size_bytes, own.uploaded_at, own.ready_at, own.expires_at,
      photos.watched AND photos.revision = own.revision AS watched, ${PICTURE_COLUMNS}
    FROM ${from}
    CROSS JOIN photos ON photos.id = own.photo_id
    LEFT JOIN pictures ON pictures.photo_id = own.photo_id AND pictures.revision = own.revision`;
}

const statuses = ['PROCESSING', 'READY', 'EXPIRED'] as const satisfies readonly PhotoStatus[];
const repairTypes = [
  'SUPER_RESOLUTION',
  'REPAIR',
  'COLORIZE',
  'REPLACE_BACKGROUND',
] as const satisfies readonly RepairType[];

const time = z.int().transform((ms) => new Date(ms));

const pictureRow = z
  .object({
    name: z.string(),
    archived_at: time,
    archived_media_type: z.string(),
    archived_size_bytes: z.int(),
    sha256: z.string(),
  })
  .transform((row) => ({
    name: row.name,
    archivedAt: row.archived_at,
    mediaType: row.archived_media_type,
    sizeBytes: row.archived_size_bytes,
    sha256: row.sha256,
  }));

const photoRow = z.object({
  id: z.string(),
  revision: z.int(),
  status: z.enum(statuses),
  repair_type: z.enum(repairTypes).nullable(),
  background: z.string().nullable(),
  original_url: z.string().nullable(),
  size_bytes: z.int().nullable(),
  uploaded_at: time.nullable(),
  ready_at: time.nullable(),
  expires_at: time.nullable(),
  watched: z.literal([0, 1]),
  name: z.string().nullable(),
});

/** Reads a row of either view. The photo's state is that at `nowMs`. */
export function readPhoto(row: unknown, nowMs: number): PhotoRecord {
  const photo = photoRow.parse(row);
  const expired =
    photo.status === 'READY' && photo.expires_at !== null && photo.expires_at.getTime() <= nowMs;
  return {
    id: photo.id,
    revision: photo.revision,
    status: expired ? 'EXPIRED' : photo.status,
    repairType: photo.repair_type,
    background: photo.background,
    originalUrl: photo.original_url,
    sizeBytes: photo.size_bytes,
    uploadedAt: photo.uploaded_at,
    readyAt: photo.ready_at,
    expiresAt: photo.expires_at,
    watched: photo.watched === 1,
    archived: photo.name === null ? null : readPicture(row),
  };
}

/** Selects pictures in the archive, for `readPicture`. */
export const SELECT_PICTURES = `SELECT ${PICTURE_COLUMNS} FROM pictures`;

export function readPicture(row: unknown): ArchivedPicture {
  return pictureRow.parse(row);
}

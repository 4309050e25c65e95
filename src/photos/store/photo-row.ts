import { z } from 'zod';
import type { RepairType } from '../../provider/repair-type.ts';
import type { KeptOriginal, PhotoStatus } from '../photo.ts';
import { originalName } from '../archive/picture-name.ts';
import type { ArchivedPicture, PhotoRecord, PictureReference } from './store.ts';

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
  file_name: z.string().nullable(),
  original_url: z.string().nullable(),
  size_bytes: z.int().nullable(),
  uploaded_at: time.nullable(),
  ready_at: time.nullable(),
  expires_at: time.nullable(),
  /** SQLite has numbers instead. */
  watched: z.union([z.boolean(), z.literal([0, 1]).transform((flag) => flag === 1)]),
  name: z.string().nullable(),
  /** Only a client's own view has one. */
  original_revision: z.int().nullish(),
});

const originalRow = z
  .object({
    id: z.string(),
    original_revision: z.int(),
    original_media_type: z.string(),
    original_size_bytes: z.int(),
  })
  .transform((row) => ({
    name: originalName(row.id, row.original_revision),
    mediaType: row.original_media_type,
    sizeBytes: row.original_size_bytes,
  }));

/** Reads a row of either view, of any database. The photo's state is that at `nowMs`. */
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
    name: photo.file_name,
    originalUrl: photo.original_url,
    sizeBytes: photo.size_bytes,
    uploadedAt: photo.uploaded_at,
    readyAt: photo.ready_at,
    expiresAt: photo.expires_at,
    watched: photo.watched,
    archived: photo.name === null ? null : readPicture(row),
    original: photo.original_revision == null ? null : readOriginal(row),
  };
}

/** Reads a row of a picture in the archive, of any database. */
export function readPicture(row: unknown): ArchivedPicture {
  return pictureRow.parse(row);
}

const referenceRow = z.object({ id: z.string(), revision: z.int(), name: z.string() });

/** Reads the id, revision and name of a picture in the archive, of any database. */
export function readPictureReference(row: unknown): PictureReference {
  return referenceRow.parse(row);
}

/** Reads what a row of any database tells of an original. */
export function readOriginal(row: unknown): KeptOriginal {
  return originalRow.parse(row);
}

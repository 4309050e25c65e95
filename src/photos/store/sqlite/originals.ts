import type { DatabaseSync } from 'node:sqlite';
import { ANNOUNCED_FOR_MS, readUploadReference } from '../originals.ts';
import { readOriginal } from '../photo-row.ts';
import type { CompletedUpload, UploadReference } from '../store.ts';
import { SELECT_ORIGINALS } from './select-photos.ts';
import type { SyncStore } from './sync-store.ts';
import { transaction } from './transaction.ts';

/** The part of the store that knows which pictures are kept as they were uploaded. */
export interface SqliteOriginals extends Pick<
  SyncStore,
  'original' | 'expiredOriginals' | 'markOriginalsKept' | 'forgetOriginal'
> {
  /** Notes that one is about to be kept. Call it in the transaction that stores its upload. */
  announce(upload: UploadReference, original: NonNullable<CompletedUpload['originalFile']>): void;
}

/** `now` gives milliseconds since 1970. */
export function createSqliteOriginals(database: DatabaseSync, now: () => number): SqliteOriginals {
  const insert = database.prepare(`
    INSERT INTO originals (photo_id, revision, media_type, size_bytes, expires_at)
    VALUES (:id, :revision, :mediaType, :sizeBytes, :expiresAt)
    ON CONFLICT DO NOTHING`);
  const updateKept = database.prepare(`
    UPDATE originals SET kept_at = :keptAt, expires_at = NULL
    WHERE photo_id = :id AND revision = :revision AND EXISTS (
      SELECT 1 FROM uploads
      WHERE photo_id = :id AND own_revision = :revision AND status <> 'EXPIRED'
    )`);
  const select = database.prepare(
    `${SELECT_ORIGINALS} AND photo_id = :id AND revision = :revision`,
  );
  const selectExpired = database.prepare(`
    SELECT photo_id AS id, revision FROM originals
    WHERE expires_at <= :now
    ORDER BY expires_at, photo_id, revision
    LIMIT :maxRows`);
  const selectExpiredOf = database.prepare(`
    SELECT photo_id AS id, revision FROM originals
    WHERE photo_id = :photoId AND expires_at <= :now
    ORDER BY revision
    LIMIT :maxRows`);
  const deleteExpired = database.prepare(`
    DELETE FROM originals WHERE photo_id = :id AND revision = :revision AND expires_at <= :now`);

  function original(id: string, revision: number) {
    const row = select.get({ id, revision });
    return row === undefined ? null : readOriginal(row);
  }

  const markOriginalsKept = (uploads: readonly UploadReference[]) =>
    transaction(database, () =>
      uploads.filter(
        ({ id, revision }) => Number(updateKept.run({ id, revision, keptAt: now() }).changes) > 0,
      ),
    );

  return {
    announce: ({ id, revision }, { mediaType, sizeBytes }) =>
      void insert.run({
        id,
        revision,
        mediaType,
        sizeBytes,
        expiresAt: now() + ANNOUNCED_FOR_MS,
      }),
    original,
    markOriginalsKept,
    expiredOriginals(maxRows, photoId) {
      const rows =
        photoId === undefined
          ? selectExpired.all({ now: now(), maxRows })
          : selectExpiredOf.all({ photoId, now: now(), maxRows });
      return rows.map(readUploadReference);
    },
    forgetOriginal: (id, revision) => void deleteExpired.run({ id, revision, now: now() }),
  };
}

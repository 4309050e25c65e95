import type { DatabaseSync } from 'node:sqlite';
import { ADDRESS_LIFETIME_MS, ADDRESS_STEP_MS } from '../../photo.ts';
import type { ArchivedPicture } from '../store.ts';
import type { StoreClock } from './store-clock.ts';
import type { SyncStore } from './sync-store.ts';
import { transaction } from './transaction.ts';

/** The part of the store that knows which pictures are archived, and who owns them. */
export interface SqlitePictures extends Pick<SyncStore, 'markArchived'> {
  /** See `Store.markExpired`. */
  markExpired(id: string, revision: number): void;
}

/** `now` gives milliseconds since 1970. */
export function createSqlitePictures(
  database: DatabaseSync,
  now: () => number,
  clock: StoreClock,
): SqlitePictures {
  // A copy can arrive after the provider's hour is over. The photo is READY again, because it can
  // be fetched.
  const updateArchived = database.prepare(`
    UPDATE photos
    SET status = 'READY', ready_at = coalesce(ready_at, :archivedAt), expires_at = :expiresAt,
      watched = 0, archived_at = :archivedAt, touched_at = :touchedAt
    WHERE id = :id AND revision = :revision`);
  const upsertPicture = database.prepare(`
    INSERT INTO pictures (photo_id, revision, name, repair_type, background, ready_at, expires_at,
      archived_at, media_type, size_bytes, sha256)
    SELECT id, revision, :name, repair_type, background, ready_at, expires_at,
      archived_at, :mediaType, :sizeBytes, :sha256
    FROM photos WHERE id = :id
    ON CONFLICT (photo_id, revision) DO UPDATE
    SET name = excluded.name, expires_at = excluded.expires_at, archived_at = excluded.archived_at,
      media_type = excluded.media_type, size_bytes = excluded.size_bytes, sha256 = excluded.sha256`);
  const updateOwners = database.prepare(`
    UPDATE uploads SET kept_revision = :revision WHERE photo_id = :id AND revision = :revision`);
  const updateOwnerless = database.prepare(`
    UPDATE pictures SET expires_at = min(coalesce(expires_at, :expiresAt), :expiresAt)
    WHERE photo_id = :id AND NOT EXISTS (
      SELECT 1 FROM uploads WHERE photo_id = :id AND kept_revision = pictures.revision
    )`);

  const deletePicture = database.prepare(`
    DELETE FROM pictures WHERE photo_id = :id AND revision = :revision AND expires_at <= :now`);
  const selectPicture = database.prepare(
    'SELECT 1 FROM pictures WHERE photo_id = :id AND revision = :revision',
  );
  const updatePhoto = database.prepare(`
    UPDATE photos SET status = 'EXPIRED', watched = 0, archived_at = NULL, touched_at = :touchedAt
    WHERE id = :id AND revision = :revision`);
  const updateUploads = database.prepare(`
    UPDATE uploads SET status = 'EXPIRED' WHERE photo_id = :id AND revision = :revision`);
  const updateFormerOwners = database.prepare(`
    UPDATE uploads SET kept_revision = NULL WHERE photo_id = :id AND kept_revision = :revision`);
  const returnToEarlier = database.prepare(`
    UPDATE uploads
    SET (revision, status, ready_at, expires_at, repair_type, background) = (
      SELECT revision, 'READY', ready_at, expires_at, repair_type, background FROM pictures
      WHERE photo_id = uploads.photo_id AND revision = uploads.kept_revision
    )
    WHERE photo_id = :id AND revision = :revision AND kept_revision IS NOT NULL`);

  function markArchived(
    id: string,
    revision: number,
    { name, mediaType, sizeBytes, sha256, archivedAt }: ArchivedPicture,
    expiresAt: Date | null,
  ): boolean {
    return transaction(database, () => {
      const { changes } = updateArchived.run({
        id,
        revision,
        archivedAt: archivedAt.getTime(),
        expiresAt: expiresAt?.getTime() ?? null,
        touchedAt: clock.nowMs(),
      });
      if (Number(changes) === 0) return false;
      upsertPicture.run({ id, name, mediaType, sizeBytes, sha256 });
      updateOwners.run({ id, revision });
      updateOwnerless.run({ id, expiresAt: now() + ADDRESS_LIFETIME_MS + ADDRESS_STEP_MS });
      return true;
    });
  }

  function markExpired(id: string, revision: number) {
    transaction(database, () => {
      deletePicture.run({ id, revision, now: now() });
      if (selectPicture.get({ id, revision }) !== undefined) return;
      updatePhoto.run({ id, revision, touchedAt: clock.nowMs() });
      // Applies also to an earlier revision than the photo's.
      updateUploads.run({ id, revision });
      updateFormerOwners.run({ id, revision });
      returnToEarlier.run({ id, revision });
    });
  }

  return { markArchived, markExpired };
}

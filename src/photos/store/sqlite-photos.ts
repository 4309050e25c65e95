import type { DatabaseSync } from 'node:sqlite';
import { readPhoto } from './photo-row.ts';
import type { StoreClock } from './store-clock.ts';
import type { ArchivedPicture, PhotoRecord } from './store.ts';
import type { SyncStore } from './sync-store.ts';

/** The part of the store that knows how far each photo is. `now` is in milliseconds. */
export type SqlitePhotos = Pick<
  SyncStore,
  'photo' | 'photoOf' | 'markReady' | 'markArchived' | 'markExpired' | 'endWatch'
>;

export function createSqlitePhotos(
  database: DatabaseSync,
  now: () => number,
  clock: StoreClock,
): SqlitePhotos {
  const selectPhoto = database.prepare('SELECT * FROM photos WHERE id = ?');
  const selectUpload = database.prepare(
    'SELECT 1 FROM uploads WHERE client = :client AND photo_id = :id',
  );
  const upsertReady = database.prepare(`
    INSERT INTO photos (id, revision, status, ready_at, expires_at, watched, touched_at)
    VALUES (:id, 0, 'READY', :readyAt, :expiresAt, 0, :touchedAt)
    ON CONFLICT DO UPDATE
    SET status = 'READY', ready_at = excluded.ready_at, expires_at = excluded.expires_at,
      watched = 0, touched_at = excluded.touched_at
    WHERE revision = :revision AND status = 'PROCESSING'`);
  // A copy can arrive when the provider's hour is over: the photo is READY again, as it can be fetched.
  const updateArchived = database.prepare(`
    UPDATE photos
    SET status = 'READY', ready_at = coalesce(ready_at, :archivedAt), expires_at = :expiresAt,
      watched = 0, archived_at = :archivedAt, archived_media_type = :mediaType,
      archived_size_bytes = :sizeBytes, archived_sha256 = :sha256, touched_at = :touchedAt
    WHERE id = :id AND revision = :revision`);
  const updateExpired = database.prepare(`
    UPDATE photos
    SET status = 'EXPIRED', watched = 0, archived_at = NULL, archived_media_type = NULL,
      archived_size_bytes = NULL, archived_sha256 = NULL, touched_at = :touchedAt
    WHERE id = :id AND revision = :revision AND (archived_at IS NULL OR expires_at <= :now)`);
  const updateWatch = database.prepare(
    'UPDATE photos SET watched = 0 WHERE id = :id AND revision = :revision',
  );

  function photo(id: string): PhotoRecord | null {
    const row = selectPhoto.get(id);
    return row === undefined ? null : readPhoto(row, now());
  }

  function photoOf(client: string, id: string): PhotoRecord | 'foreign' | null {
    const record = photo(id);
    if (record === null || record.revision === 0) return record;
    return selectUpload.get({ client, id }) === undefined ? 'foreign' : record;
  }

  function markReady(id: string, revision: number, readyAt: Date, expiresAt: Date): PhotoRecord {
    upsertReady.run({
      id,
      revision,
      readyAt: readyAt.getTime(),
      expiresAt: expiresAt.getTime(),
      touchedAt: clock.nowMs(),
    });
    return readPhoto(selectPhoto.get(id), now());
  }

  function markArchived(
    id: string,
    revision: number,
    { mediaType, sizeBytes, sha256, archivedAt }: ArchivedPicture,
    expiresAt: Date | null,
  ): boolean {
    const { changes } = updateArchived.run({
      id,
      revision,
      mediaType,
      sizeBytes,
      sha256,
      archivedAt: archivedAt.getTime(),
      expiresAt: expiresAt?.getTime() ?? null,
      touchedAt: clock.nowMs(),
    });
    return Number(changes) === 1;
  }

  function markExpired(id: string, revision: number): PhotoRecord | null {
    updateExpired.run({ id, revision, now: now(), touchedAt: clock.nowMs() });
    return photo(id);
  }

  function endWatch(id: string, revision: number) {
    updateWatch.run({ id, revision });
  }

  return { photo, photoOf, markReady, markArchived, markExpired, endWatch };
}

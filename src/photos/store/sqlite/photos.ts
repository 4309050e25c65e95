import type { DatabaseSync } from 'node:sqlite';
import { readPhoto, readPicture } from '../photo-row.ts';
import type { PhotoRecord } from '../store.ts';
import { SELECT_PHOTOS, SELECT_PICTURES, selectOwn } from './select-photos.ts';
import { createSqlitePictures } from './pictures.ts';
import type { StoreClock } from './store-clock.ts';
import type { SyncStore } from './sync-store.ts';

/**
 * The part of the store that tracks the progress of each photo. `now` is in milliseconds since
 * 1970.
 */
export type SqlitePhotos = Pick<
  SyncStore,
  'photo' | 'photoOf' | 'picture' | 'markReady' | 'markArchived' | 'markExpired'
>;

export function createSqlitePhotos(
  database: DatabaseSync,
  now: () => number,
  clock: StoreClock,
): SqlitePhotos {
  const pictures = createSqlitePictures(database, now, clock);
  const selectPhoto = database.prepare(`${SELECT_PHOTOS} WHERE photos.id = ?`);
  const selectUpload = database.prepare(
    `${selectOwn('uploads AS own')} WHERE own.client = :client AND own.photo_id = :id`,
  );
  const selectPicture = database.prepare(`${SELECT_PICTURES} WHERE name = ?`);
  const upsertReady = database.prepare(`
    INSERT INTO photos (id, revision, status, ready_at, expires_at, watched, touched_at)
    VALUES (:id, 0, 'READY', :readyAt, :expiresAt, 0, :touchedAt)
    ON CONFLICT DO UPDATE
    SET status = 'READY', ready_at = excluded.ready_at, expires_at = excluded.expires_at,
      watched = 0, touched_at = excluded.touched_at
    WHERE revision = :revision AND status = 'PROCESSING'`);

  function photo(id: string): PhotoRecord | null {
    const row = selectPhoto.get(id);
    return row === undefined ? null : readPhoto(row, now());
  }

  function photoOf(client: string, id: string): PhotoRecord | 'foreign' | null {
    const own = selectUpload.get({ client, id });
    if (own !== undefined) return readPhoto(own, now());
    const record = photo(id);
    return record === null || record.revision === 0 ? record : 'foreign';
  }

  function picture(name: string) {
    const row = selectPicture.get(name);
    return row === undefined ? null : readPicture(row);
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

  function markExpired(id: string, revision: number): PhotoRecord | null {
    pictures.markExpired(id, revision);
    return photo(id);
  }

  return {
    photo,
    photoOf,
    picture,
    markReady,
    markArchived: pictures.markArchived,
    markExpired,
  };
}

import type { DatabaseSync } from 'node:sqlite';
import { readPhoto, readPicture } from '../photo-row.ts';
import type { PhotoRecord } from '../store.ts';
import { SELECT_PHOTOS, SELECT_PICTURES, selectOwn } from './select-photos.ts';
import { createSqlitePictures } from './pictures.ts';
import type { StoreClock } from './store-clock.ts';
import type { SyncStore } from './sync-store.ts';
import type { SqliteTelling } from './telling.ts';

/** The part of the store that tracks the progress of each photo. */
export type SqlitePhotos = Pick<
  SyncStore,
  'photo' | 'photoOf' | 'picture' | 'markReady' | 'markArchived' | 'markExpired'
>;

export interface SqlitePhotosOptions {
  readonly database: DatabaseSync;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly clock: StoreClock;
  readonly telling: SqliteTelling['telling'];
}

export function createSqlitePhotos(options: SqlitePhotosOptions): SqlitePhotos {
  const { database, now, clock, telling } = options;
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
    const values = { readyAt: readyAt.getTime(), expiresAt: expiresAt.getTime() };
    telling(id, revision, () =>
      upsertReady.run({ id, revision, ...values, touchedAt: clock.nowMs() }),
    );
    return readPhoto(selectPhoto.get(id), now());
  }

  function markExpired(id: string, revision: number): PhotoRecord | null {
    telling(id, revision, () => pictures.markExpired(id, revision));
    return photo(id);
  }

  return {
    photo,
    photoOf,
    picture,
    markReady,
    markArchived: (id, revision, ...kept) =>
      telling(id, revision, () => pictures.markArchived(id, revision, ...kept)),
    markExpired,
  };
}

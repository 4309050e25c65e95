import type { DatabaseSync } from 'node:sqlite';
import { boundsOf } from '../cursor.ts';
import { readPhoto, readPictureReference } from '../photo-row.ts';
import { readPage } from '../photos-page.ts';
import type { PhotoRecord, PhotosPage, PhotosQuery } from '../store.ts';
import { SELECT_PHOTOS, selectOwn } from './select-photos.ts';
import type { SyncStore } from './sync-store.ts';

/** The part of the store that finds photos: a client's own, and those that wait for work. */
export type SqliteLists = Pick<
  SyncStore,
  'list' | 'watched' | 'unarchived' | 'overdue' | 'expired'
>;

const UNARCHIVED = "photos.status = 'READY' AND photos.archived_at IS NULL AND photos.revision > 0";

/** `now` gives milliseconds since 1970. */
export function createSqliteLists(database: DatabaseSync, now: () => number): SqliteLists {
  const selectPages = {
    ANY: preparePages('true'),
    PROCESSING: preparePages("uploads.status = 'PROCESSING'"),
    READY: preparePages(`uploads.status = 'READY'
      AND (uploads.expires_at IS NULL OR uploads.expires_at > :now)`),
    EXPIRED: preparePages(`(uploads.status = 'EXPIRED'
      OR (uploads.status = 'READY' AND uploads.expires_at <= :now))`),
  };
  const selectWatched = database.prepare(`${SELECT_PHOTOS}
    WHERE photos.watched = 1 ORDER BY photos.uploaded_at, photos.id`);
  const selectUnarchived = database.prepare(`${SELECT_PHOTOS}
    WHERE ${UNARCHIVED} AND photos.expires_at > ? ORDER BY photos.expires_at, photos.id`);
  const selectOverdue = database.prepare(`${SELECT_PHOTOS}
    WHERE ${UNARCHIVED} AND photos.expires_at > :since AND photos.expires_at <= :now
    ORDER BY photos.expires_at DESC, photos.id DESC
    LIMIT :maxRows`);
  const selectExpired = database.prepare(`
    SELECT photo_id AS id, revision, name FROM pictures
    WHERE expires_at <= :now
    ORDER BY expires_at, photo_id, revision
    LIMIT :maxRows`);

  function preparePages(condition: string) {
    return { newest: preparePage(condition, 'DESC'), oldest: preparePage(condition, 'ASC') };
  }

  function preparePage(condition: string, direction: 'DESC' | 'ASC') {
    // Reads rows only after an index has shown that they are on the page.
    const own = `uploads CROSS JOIN uploads AS own
      ON own.client = uploads.client AND own.photo_id = uploads.photo_id`;
    const statement = database.prepare(`${selectOwn(own)}
      WHERE uploads.client = :client
        AND (uploads.uploaded_at, uploads.photo_id) < (:newerMs, :newerId)
        AND (uploads.uploaded_at, uploads.photo_id) > (:olderMs, :olderId)
        AND ${condition}
      ORDER BY uploads.uploaded_at ${direction}, uploads.photo_id ${direction}
      LIMIT :limit`);
    // Only two of the conditions depend on the time.
    statement.setAllowUnknownNamedParameters(true);
    return statement;
  }

  function list(query: PhotosQuery): PhotosPage {
    const { client, from = 'newest', first, status } = query;
    const { newer, older } = boundsOf(query);
    const rows = selectPages[status ?? 'ANY'][from].all({
      client,
      newerMs: newer.uploadedAtMs,
      newerId: newer.photoId,
      olderMs: older.uploadedAtMs,
      olderId: older.photoId,
      limit: first + 1,
      now: now(),
    });
    return readPage(rows, first, now());
  }

  function readPhotos(rows: readonly unknown[]): readonly PhotoRecord[] {
    const nowMs = now();
    return rows.map((row) => readPhoto(row, nowMs));
  }

  return {
    list,
    watched: () => readPhotos(selectWatched.all()),
    unarchived: () => readPhotos(selectUnarchived.all(now())),
    overdue: (since, maxRows) =>
      readPhotos(selectOverdue.all({ since: since.getTime(), now: now(), maxRows })),
    expired: (maxRows) =>
      selectExpired.all({ now: now(), maxRows }).map((row) => readPictureReference(row)),
  };
}

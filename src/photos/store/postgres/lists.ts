import { boundsOf } from '../cursor.ts';
import { readPhoto, readPictureReference } from '../photo-row.ts';
import { readPage } from '../photos-page.ts';
import type { PhotosPage, PhotosQuery, Store } from '../store.ts';
import type { Database } from './database.ts';
import { SELECT_OWN, SELECT_PHOTOS } from './select-photos.ts';
import { rawSql, sql, type Sql } from './sql.ts';

/** The part of the store that finds photos: a client's own, and those that wait for work. */
export type PostgresLists = Pick<Store, 'list' | 'watched' | 'unarchived' | 'overdue' | 'expired'>;

const UNARCHIVED = rawSql(
  "photos.status = 'READY' AND photos.archived_at IS NULL AND photos.revision > 0",
);

/** `now` gives milliseconds since 1970. */
export function createPostgresLists(database: Database, now: () => number): PostgresLists {
  const hasStatus = {
    ANY: () => sql`true`,
    PROCESSING: () => sql`uploads.status = 'PROCESSING'`,
    READY: () => sql`(uploads.status = 'READY'
      AND (uploads.expires_at IS NULL OR uploads.expires_at > ${now()}))`,
    EXPIRED: () => sql`(uploads.status = 'EXPIRED'
      OR (uploads.status = 'READY' AND uploads.expires_at <= ${now()}))`,
  };

  async function list(query: PhotosQuery): Promise<PhotosPage> {
    const { client, from = 'newest', first, status } = query;
    const { newer, older } = boundsOf(query);
    const direction = rawSql(from === 'newest' ? 'DESC' : 'ASC');
    const { rows } = await database.query(sql`${SELECT_OWN}
      WHERE uploads.client = ${client}
        AND (uploads.uploaded_at, uploads.photo_id) < (${newer.uploadedAtMs}, ${newer.photoId})
        AND (uploads.uploaded_at, uploads.photo_id) > (${older.uploadedAtMs}, ${older.photoId})
        AND ${hasStatus[status ?? 'ANY']()}
      ORDER BY uploads.uploaded_at ${direction}, uploads.photo_id ${direction}
      LIMIT ${first + 1}`);
    return readPage(rows, first, now());
  }

  async function photos(conditionAndOrder: Sql) {
    const { rows } = await database.query(sql`${SELECT_PHOTOS} WHERE ${conditionAndOrder}`);
    const nowMs = now();
    return rows.map((row) => readPhoto(row, nowMs));
  }

  async function expired(maxRows: number) {
    const { rows } = await database.query(sql`
      SELECT photo_id AS id, revision, name FROM pictures
      WHERE expires_at <= ${now()}
      ORDER BY expires_at, photo_id, revision
      LIMIT ${maxRows}`);
    return rows.map((row) => readPictureReference(row));
  }

  return {
    list,
    watched: () => photos(sql`photos.watched ORDER BY photos.uploaded_at, photos.id`),
    unarchived: () =>
      photos(sql`${UNARCHIVED} AND photos.expires_at > ${now()}
        ORDER BY photos.expires_at, photos.id`),
    overdue: (since, maxRows) =>
      photos(sql`${UNARCHIVED}
        AND photos.expires_at > ${since.getTime()} AND photos.expires_at <= ${now()}
        ORDER BY photos.expires_at DESC, photos.id DESC
        LIMIT ${maxRows}`),
    expired,
  };
}

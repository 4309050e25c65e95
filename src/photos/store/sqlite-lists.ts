import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { formatCursor, parseCursor, START } from './cursor.ts';
import { readPhoto } from './photo-row.ts';
import type { PhotoRecord, PhotosPage, PhotosQuery } from './store.ts';
import type { SyncStore } from './sync-store.ts';

/** The part of the store that finds photos: a client's own, and those that wait for work. */
export type SqliteLists = Pick<SyncStore, 'list' | 'watched' | 'unarchived' | 'lapsed'>;

const listedRow = z.object({ id: z.string(), listed_at: z.int() });

/** `now` gives milliseconds since 1970. */
export function createSqliteLists(database: DatabaseSync, now: () => number): SqliteLists {
  const selectPages = {
    ANY: preparePage('true'),
    PROCESSING: preparePage("uploads.status = 'PROCESSING'"),
    READY: preparePage(`uploads.status = 'READY'
      AND (uploads.expires_at IS NULL OR uploads.expires_at > :now)`),
    EXPIRED: preparePage(`(uploads.status = 'EXPIRED'
      OR (uploads.status = 'READY' AND uploads.expires_at <= :now))`),
  };
  const selectWatched = database.prepare(
    'SELECT * FROM photos WHERE watched = 1 ORDER BY uploaded_at, id',
  );
  const selectUnarchived = database.prepare(`
    SELECT * FROM photos
    WHERE status = 'READY' AND archived_at IS NULL AND revision > 0 AND expires_at > ?
    ORDER BY expires_at, id`);
  const selectLapsed = database.prepare(`
    SELECT * FROM photos
    WHERE archived_at IS NOT NULL AND expires_at <= :now
    ORDER BY expires_at, id
    LIMIT :maxRows`);

  function preparePage(condition: string) {
    const statement = database.prepare(`
      SELECT photos.*, uploads.uploaded_at AS listed_at
      FROM uploads JOIN photos ON photos.id = uploads.photo_id
      WHERE uploads.client = :client
        AND (uploads.uploaded_at, uploads.photo_id) < (:uploadedAtMs, :photoId)
        AND ${condition}
      ORDER BY uploads.uploaded_at DESC, uploads.photo_id DESC
      LIMIT :limit`);
    // Only two of the conditions depend on the time.
    statement.setAllowUnknownNamedParameters(true);
    return statement;
  }

  function list({ client, first, after, status }: PhotosQuery): PhotosPage {
    const position = after === null ? START : parseCursor(after);
    const limit = first + 1;
    const rows = selectPages[status ?? 'ANY'].all({ client, ...position, limit, now: now() });
    const nowMs = now();
    return {
      entries: rows
        .slice(0, first)
        .map((row) => ({ photo: readPhoto(row, nowMs), cursor: cursorOf(row) })),
      hasNextPage: rows.length > first,
    };
  }

  function readPhotos(rows: readonly unknown[]): readonly PhotoRecord[] {
    const nowMs = now();
    return rows.map((row) => readPhoto(row, nowMs));
  }

  return {
    list,
    watched: () => readPhotos(selectWatched.all()),
    unarchived: () => readPhotos(selectUnarchived.all(now())),
    lapsed: (maxRows) => readPhotos(selectLapsed.all({ now: now(), maxRows })),
  };
}

function cursorOf(row: unknown): string {
  const { id, listed_at: uploadedAtMs } = listedRow.parse(row);
  return formatCursor({ uploadedAtMs, photoId: id });
}

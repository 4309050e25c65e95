import { readUploadReference } from '../originals.ts';
import { readOriginal } from '../photo-row.ts';
import type { Store, UploadReference } from '../store.ts';
import type { Database } from './database.ts';
import { SELECT_ORIGINALS } from './select-photos.ts';
import { sql } from './sql.ts';

/** The part of the store that knows which pictures are kept as they were uploaded. */
export type PostgresOriginals = Pick<
  Store,
  'original' | 'expiredOriginals' | 'markOriginalsKept' | 'forgetOriginal'
>;

/** `now` gives milliseconds since 1970. */
export function createPostgresOriginals(database: Database, now: () => number): PostgresOriginals {
  async function original(id: string, revision: number) {
    const { rows } = await database.query(sql`${SELECT_ORIGINALS}
      AND photo_id = ${id} AND revision = ${revision}`);
    return rows[0] === undefined ? null : readOriginal(rows[0]);
  }

  async function markOriginalsKept(uploads: readonly UploadReference[]) {
    const { rows } = await database.query(sql`
      UPDATE originals SET kept_at = ${now()}, expires_at = NULL
      FROM json_to_recordset(${JSON.stringify(uploads)}::json) AS kept (id text, revision integer)
      WHERE originals.photo_id = kept.id AND originals.revision = kept.revision AND EXISTS (
        SELECT FROM uploads
        WHERE uploads.photo_id = kept.id AND uploads.own_revision = kept.revision
          AND uploads.status <> 'EXPIRED'
      )
      RETURNING kept.id, kept.revision`);
    return rows.map(readUploadReference);
  }

  async function expiredOriginals(maxRows: number, photoId?: string) {
    const wanted = photoId === undefined ? sql`true` : sql`photo_id = ${photoId}`;
    const { rows } = await database.query(sql`
      SELECT photo_id AS id, revision FROM originals
      WHERE expires_at <= ${now()} AND ${wanted}
      ORDER BY expires_at, photo_id, revision
      LIMIT ${maxRows}`);
    return rows.map(readUploadReference);
  }

  async function forgetOriginal(id: string, revision: number) {
    await database.query(sql`
      DELETE FROM originals
      WHERE photo_id = ${id} AND revision = ${revision} AND expires_at <= ${now()}`);
  }

  return { original, markOriginalsKept, expiredOriginals, forgetOriginal };
}

import { z } from 'zod';
import { readPictureReference } from '../photo-row.ts';
import type { Store } from '../store.ts';
import type { Database } from './database.ts';
import { sql } from './sql.ts';
import type { StoreClock } from './store-clock.ts';

const endedRow = z.object({ ended_revision: z.int() });

/** Creates the part of the store that deletes what a client has of a photo; `now` in milliseconds since 1970. */
export function createPostgresDeletions(
  database: Database,
  now: () => number,
  clock: StoreClock,
): Pick<Store, 'deletePhoto'> {
  return {
    deletePhoto: (client, id) =>
      database.transaction(async (session) => {
        // One change of a photo at a time: the later ones see all of the earlier ones.
        await session.query(sql`SELECT FROM photos WHERE id = ${id} FOR UPDATE`);
        const { count } = await session.query(sql`
          DELETE FROM uploads WHERE client = ${client} AND photo_id = ${id}`);
        if (count === 0) return null;
        await session.query(sql`
          DELETE FROM deliveries WHERE photo_id = ${id} AND client = ${client}`);
        const ended = await session.query(sql`
          UPDATE photos
          SET revision = revision + 1, status = 'EXPIRED', watched = false,
            touched_at = ${clock.nowMs()}, repair_type = NULL, background = NULL,
            original_url = NULL, size_bytes = NULL, uploaded_at = NULL, ready_at = NULL,
            expires_at = NULL, archived_at = NULL
          WHERE id = ${id} AND NOT EXISTS (
            SELECT FROM uploads WHERE photo_id = ${id} AND revision = photos.revision
          )
          RETURNING revision - 1 AS ended_revision`);
        const { rows } = await session.query(sql`
          UPDATE pictures SET expires_at = least(coalesce(expires_at, ${now()}), ${now()})
          WHERE photo_id = ${id} AND NOT EXISTS (
            SELECT FROM uploads WHERE photo_id = ${id} AND kept_revision = pictures.revision
          )
          RETURNING photo_id AS id, revision, name`);
        const [row] = ended.rows;
        return {
          endedRevision: row === undefined ? null : endedRow.parse(row).ended_revision,
          pictures: rows.map(readPictureReference),
        };
      }),
  };
}

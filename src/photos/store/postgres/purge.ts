import type { PurgeLimits, Store } from '../store.ts';
import type { Database } from './database.ts';
import { sql } from './sql.ts';
import type { StoreClock } from './store-clock.ts';

/** The part of the store that deletes old rows. The oldest go first. */
export function createPostgresPurge(database: Database, clock: StoreClock): Store['purge'] {
  return ({ recordsMs, photosMs, maxRows }: PurgeLimits) =>
    database.transaction(async (session) => {
      const recordsBefore = clock.nowMs() - recordsMs;
      const photosBefore = clock.nowMs() - photosMs;
      // What another gateway purges or changes at this moment is left for later.
      const records = await session.query(sql`
        DELETE FROM attempts WHERE (client, key) IN (
          SELECT client, key FROM attempts WHERE begun_at < ${recordsBefore}
          ORDER BY begun_at LIMIT ${maxRows} FOR UPDATE SKIP LOCKED
        )`);
      const allowances = await session.query(sql`
        DELETE FROM allowances WHERE (client, period) IN (
          SELECT client, period FROM allowances WHERE touched_at < ${recordsBefore}
          ORDER BY touched_at LIMIT ${maxRows} FOR UPDATE SKIP LOCKED
        )`);
      const photos = await session.query(sql`
        DELETE FROM photos WHERE id IN (
          SELECT id FROM photos
          WHERE archived_at IS NULL AND NOT watched AND touched_at < ${photosBefore}
            AND NOT EXISTS (SELECT FROM pictures WHERE photo_id = photos.id)
          ORDER BY touched_at LIMIT ${maxRows} FOR UPDATE SKIP LOCKED
        )`);
      return records.count + allowances.count + photos.count;
    });
}

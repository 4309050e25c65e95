import { z } from 'zod';
import type { Store } from '../store.ts';
import type { Database } from './database.ts';
import { sql } from './sql.ts';
import type { StoreClock } from './store-clock.ts';

/** The part of the store that counts each client's spending. */
export type PostgresAllowances = Pick<Store, 'takeUpload' | 'returnUpload' | 'takenUploads'>;

const takenRow = z.object({ taken: z.int() });

export function createPostgresAllowances(
  database: Database,
  clock: StoreClock,
): PostgresAllowances {
  return {
    async takeUpload(client, period, limit) {
      if (limit <= 0) return false;
      // Not durable by itself: the mark before the end of the picture makes it so.
      const { count } = await database.query(sql`
        INSERT INTO allowances (client, period, taken, touched_at)
        VALUES (${client}, ${period}, 1, ${clock.nowMs()})
        ON CONFLICT (client, period) DO UPDATE
        SET taken = allowances.taken + 1, touched_at = excluded.touched_at
        WHERE allowances.taken < ${limit}`);
      return count === 1;
    },
    async returnUpload(client, period) {
      await database.durably(sql`
        UPDATE allowances SET taken = taken - 1
        WHERE client = ${client} AND period = ${period} AND taken > 0`);
    },
    async takenUploads(client, period) {
      const { rows } = await database.query(sql`
        SELECT taken FROM allowances WHERE client = ${client} AND period = ${period}`);
      return rows.length === 0 ? 0 : takenRow.parse(rows[0]).taken;
    },
  };
}

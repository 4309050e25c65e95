import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import type { StoreClock } from './store-clock.ts';
import type { SyncStore } from './sync-store.ts';

/** The part of the store that counts each client's spending. */
export type SqliteAllowances = Pick<SyncStore, 'takeUpload' | 'returnUpload' | 'takenUploads'>;

const takenRow = z.object({ taken: z.int() });

export function createSqliteAllowances(
  database: DatabaseSync,
  clock: StoreClock,
): SqliteAllowances {
  const upsertTaken = database.prepare(`
    INSERT INTO allowances (client, period, taken, touched_at)
    VALUES (:client, :period, 1, :now)
    ON CONFLICT (client, period) DO UPDATE SET taken = taken + 1, touched_at = excluded.touched_at
    WHERE taken < :limit`);
  const updateReturned = database.prepare(`
    UPDATE allowances SET taken = taken - 1
    WHERE client = :client AND period = :period AND taken > 0`);
  const selectTaken = database.prepare(
    'SELECT taken FROM allowances WHERE client = :client AND period = :period',
  );

  function takenUploads(client: string, period: string): number {
    const row = selectTaken.get({ client, period });
    return row === undefined ? 0 : takenRow.parse(row).taken;
  }

  return {
    takeUpload: (client, period, limit) =>
      limit > 0 &&
      Number(upsertTaken.run({ client, period, limit, now: clock.nowMs() }).changes) === 1,
    returnUpload: (client, period) => void updateReturned.run({ client, period }),
    takenUploads,
  };
}

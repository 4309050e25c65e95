import { z } from 'zod';
import type { AccountSnapshot, Store } from '../store.ts';
import type { Database } from './database.ts';
import type { Lease } from './lease.ts';
import { sql } from './sql.ts';
import type { StoreClock } from './store-clock.ts';

/** The part of the store that knows what the quota is compared with. */
export type PostgresAccount = Pick<
  Store,
  'openUpload' | 'closeUpload' | 'account' | 'takeSnapshot'
>;

export interface PostgresAccountOptions {
  readonly database: Database;
  readonly clock: StoreClock;
  readonly lease: Lease;
}

/** An id has a random prefix before its number. Both together are exact as a number of JavaScript. */
const PREFIX = 2 ** 32;
const MOST_PREFIXES = 2 ** 20;

const openedRow = z.object({ id: z.int().transform(String) });
const snapshotRow = z
  .object({ remaining: z.int().nullable(), snapshot_completed: z.int().nullable() })
  .transform(({ remaining, snapshot_completed: completedUploads }): AccountSnapshot | null =>
    remaining === null || completedUploads === null ? null : { remaining, completedUploads },
  );
const accountRow = z.object({
  running: z.int(),
  started: z.int(),
  completed: z.int(),
  succeeded_at: z.int().nullable(),
});

/** The number that was given to an upload last, also to one whose row is not committed yet. */
const STARTED = sql`(
  SELECT last_value - CASE WHEN is_called THEN 0 ELSE 1 END FROM open_uploads_id_seq)`;
const COMPLETED = sql`(SELECT sum(uploads)::bigint FROM completed)`;

export function createPostgresAccount(options: PostgresAccountOptions): PostgresAccount {
  const { database, clock, lease } = options;

  async function openUpload(): Promise<string> {
    // Not durable: an upload whose row a crash has lost is not counted as completed either. The crash may
    // also set the numbers back, and one that is given twice would let the first upload close the second.
    const { rows } = await database.query(sql`
      INSERT INTO open_uploads (id, node) OVERRIDING SYSTEM VALUE
      VALUES (
        nextval('open_uploads_id_seq') + floor(random() * ${MOST_PREFIXES})::bigint * ${PREFIX},
        ${lease.node}
      )
      RETURNING id`);
    return openedRow.parse(rows[0]).id;
  }

  async function closeUpload(opened: string) {
    await database.query(sql`DELETE FROM open_uploads WHERE id = ${opened}`);
  }

  async function account() {
    const { rows } = await database.query(sql`
      SELECT (SELECT count(*) FROM open_uploads) AS running, ${STARTED} AS started,
        ${COMPLETED} AS completed, (SELECT max(succeeded_at) FROM completed) AS succeeded_at,
        remaining, completed_uploads AS snapshot_completed
      FROM gateway`);
    const row = accountRow.parse(rows[0]);
    return {
      runningUploads: row.running,
      startedUploads: row.started,
      completedUploads: row.completed,
      succeededAgoMs:
        row.succeeded_at === null ? Infinity : Math.max(0, clock.nowMs() - row.succeeded_at),
      snapshot: snapshotRow.parse(rows[0]),
    };
  }

  async function takeSnapshot(remaining: number, startedUploads: number) {
    const { rows } = await database.query(sql`
      UPDATE gateway SET remaining = ${remaining}, completed_uploads = ${COMPLETED}
      WHERE NOT EXISTS (SELECT FROM open_uploads) AND ${STARTED} = ${startedUploads}
      RETURNING remaining, completed_uploads AS snapshot_completed`);
    return rows.length > 0 ? snapshotRow.parse(rows[0]) : (await account()).snapshot;
  }

  return { openUpload, closeUpload, account, takeSnapshot };
}

import { z } from 'zod';
import { StoreUnavailableError } from '../store-unavailable-error.ts';
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
  readonly lease: Pick<Lease, 'node'>;
}

/** An id has a random prefix before its number. Both together are exact as a number of JavaScript. */
const PREFIX = 2 ** 32;
const MOST_PREFIXES = 2 ** 20;
/** Beyond this a restart closes them. */
const MAX_UNANSWERED = 1000;

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

  /** The prefixes of uploads that may be open, although it was not answered that they are. */
  const unanswered = new Set<number>();

  async function openUpload(): Promise<string> {
    const prefix = Math.floor(Math.random() * MOST_PREFIXES);
    try {
      return await open(prefix);
    } catch (error) {
      if (error instanceof StoreUnavailableError && unanswered.size < MAX_UNANSWERED)
        unanswered.add(prefix);
      throw error;
    }
  }

  async function open(prefix: number): Promise<string> {
    // Not durable: an upload whose row a crash has lost is not counted as completed either. The crash may
    // also set the numbers back, and one that is given twice would let the first upload close the second.
    const { rows } = await database.query(sql`
      INSERT INTO open_uploads (id, node) OVERRIDING SYSTEM VALUE
      VALUES (
        nextval('open_uploads_id_seq') + ${prefix * PREFIX}::bigint, ${lease.node}
      )
      RETURNING id`);
    return openedRow.parse(rows[0]).id;
  }

  /** One that stayed open would leave every unanswered upload of the fleet undecided. */
  async function closeUnanswered() {
    if (unanswered.size === 0) return;
    const prefixes = [...unanswered];
    await database.query(sql`
      DELETE FROM open_uploads
      WHERE node = ${lease.node} AND id / ${PREFIX}::bigint = ANY(${prefixes}::bigint[])`);
    for (const prefix of prefixes) unanswered.delete(prefix);
  }

  async function closeUpload(opened: string) {
    await database.query(sql`DELETE FROM open_uploads WHERE id = ${opened}`);
  }

  async function account() {
    await closeUnanswered();
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

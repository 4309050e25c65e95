import { z } from 'zod';
import type { Log } from '../../common/log.ts';
import type { Session } from '../store/postgres/database.ts';
import { sql } from '../store/postgres/sql.ts';

/** How many nodes of the fleet live. */
export interface RollCall {
  /** This one included; at least 1. */
  readonly livingNodes: number;
  close(): Promise<void>;
}

export interface RollCallOptions {
  readonly database: Session;
  /** How often it is counted, in milliseconds. @default 5000 */
  readonly sweepIntervalMs?: number;
  /** Called when a dead node has left clients behind that no longer wait. */
  readonly onDead: () => Promise<void>;
  /** Called after each count. */
  readonly onCounted: () => Promise<void>;
  readonly log: Log;
}

const counted = z.object({ living: z.coerce.number(), left_behind: z.boolean() });

/** Counts the nodes at intervals. While the database is away, the last count stands. */
export async function startRollCall(options: RollCallOptions): Promise<RollCall> {
  const { database, sweepIntervalMs = 5000, onDead, onCounted, log } = options;
  let livingNodes = 1;
  let counting = count();

  async function count(): Promise<void> {
    const { rows } = await database.query(sql`
      SELECT count(*) AS living, EXISTS (
        SELECT FROM foreign_waits
        WHERE NOT EXISTS (SELECT FROM nodes WHERE nodes.id = node AND lease_until > now())
      ) AS left_behind
      FROM nodes WHERE lease_until > now()`);
    const { living, left_behind: leftBehind } = counted.parse(rows[0]);
    livingNodes = Math.max(1, living);
    if (leftBehind) await onDead();
    await onCounted();
  }

  function countAgain() {
    counting = counting.then(count).catch((error: unknown) => {
      log.debug({ err: error }, 'The nodes of the fleet cannot be counted');
    });
  }

  await counting;
  const timer = setInterval(countAgain, sweepIntervalMs).unref();
  return {
    get livingNodes() {
      return livingNodes;
    },
    async close() {
      clearInterval(timer);
      await counting;
    },
  };
}

import { z } from 'zod';
import type { Log } from '../../common/log.ts';
import type { Session } from '../store/postgres/database.ts';
import { sql } from '../store/postgres/sql.ts';
import { offsetOf } from './database-time.ts';
import { WATCH_QUEUE } from './fleet-watch-queue.ts';

/** How many nodes of the fleet live. */
export interface RollCall {
  /** This one included; at least 1. */
  readonly livingNodes: number;
  /** Photos to be polled that no node has taken. */
  readonly photosWaiting: number;
  /** How far the clock of the database is ahead of this machine's, in milliseconds. */
  readonly clockOffsetMs: number;
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

const counted = z.object({
  living: z.coerce.number(),
  left_behind: z.boolean(),
  waiting: z.coerce.number(),
  now_ms: z.coerce.number(),
});

/** Counts the nodes at intervals. While the database is away, the last count stands. */
export async function startRollCall(options: RollCallOptions): Promise<RollCall> {
  const { database, sweepIntervalMs = 5000, onDead, onCounted, log } = options;
  let livingNodes = 1;
  let photosWaiting = 0;
  let clockOffsetMs = 0;
  let counting = count();

  async function count(): Promise<void> {
    const askedAtMs = Date.now();
    const { rows } = await database.query(sql`
      SELECT extract(epoch FROM clock_timestamp()) * 1000 AS now_ms, count(*) AS living, EXISTS (
        SELECT FROM foreign_waits
        WHERE NOT EXISTS (SELECT FROM nodes WHERE nodes.id = node AND lease_until > now())
      ) AS left_behind,
      (SELECT count(*) FROM bullmq.job WHERE queue = ${WATCH_QUEUE} AND state = 'waiting') AS waiting
      FROM nodes WHERE lease_until > now()`);
    const { living, waiting, left_behind: leftBehind, now_ms: nowMs } = counted.parse(rows[0]);
    compare(offsetOf(nowMs, askedAtMs, Date.now()));
    photosWaiting = waiting;
    livingNodes = Math.max(1, living);
    if (leftBehind) await onDead();
    await onCounted();
  }

  function compare(offsetMs: number) {
    if (clockOffsetMs === 0 && offsetMs !== 0)
      log.warn({ offsetMs }, "This machine's clock differs from the database's: set it right");
    clockOffsetMs = offsetMs;
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
    get photosWaiting() {
      return photosWaiting;
    },
    get clockOffsetMs() {
      return clockOffsetMs;
    },
    async close() {
      clearInterval(timer);
      await counting;
    },
  };
}

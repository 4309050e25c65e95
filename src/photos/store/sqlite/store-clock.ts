import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';

/**
 * The total time for which gateways have run on this store, in whole milliseconds. The age of rows
 * is judged by this clock. It stands still while no gateway runs, and never jumps. So it shows less
 * time than has passed, never more: a row may be kept too long, but no key expires because the
 * machine's clock is corrected.
 */
export interface StoreClock {
  nowMs(): number;
  /** Saves the time, so that the clock resumes from there after a restart. */
  save(): void;
}

const savedRow = z.object({ saved_ms: z.int() });

/**
 * Resumes from the time that was saved last, or from the newest row stamped since.
 * @param steadyNow milliseconds of a monotonic clock.
 */
export function createStoreClock(database: DatabaseSync, steadyNow: () => number): StoreClock {
  const { saved_ms: baseMs } = savedRow.parse(
    database
      .prepare(
        `SELECT max(
          clock_ms,
          coalesce((SELECT max(begun_at) FROM attempts), 0),
          coalesce((SELECT max(ended_at) FROM attempts), 0),
          coalesce((SELECT max(touched_at) FROM photos), 0),
          coalesce((SELECT max(touched_at) FROM deliveries WHERE state = 'waiting'), 0)
        ) AS saved_ms FROM gateway`,
      )
      .get(),
  );
  const updateClock = database.prepare('UPDATE gateway SET clock_ms = ?');
  const startedAtMs = steadyNow();
  const nowMs = () => baseMs + Math.floor(steadyNow() - startedAtMs);
  return { nowMs, save: () => void updateClock.run(nowMs()) };
}

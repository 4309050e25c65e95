import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';

/**
 * The time for which gateways have run on this store, in whole milliseconds: the clock by which the age of its rows
 * is judged. It stands still while none runs, and never jumps. So it tells less time than has passed, never
 * more: a row may be kept too long, and no key is voided by a clock of the machine that is set right.
 */
export interface StoreClock {
  nowMs(): number;
  /** Notes the time, so that it goes on from there after a restart. */
  save(): void;
}

const savedRow = z.object({ saved_ms: z.int() });

/**
 * Goes on from the time that was saved last, or from the newest row that was stamped since.
 * @param steadyNow milliseconds of a clock that nobody sets.
 */
export function createStoreClock(database: DatabaseSync, steadyNow: () => number): StoreClock {
  const { saved_ms: baseMs } = savedRow.parse(
    database
      .prepare(
        `SELECT max(
          clock_ms,
          coalesce((SELECT max(begun_at) FROM attempts), 0),
          coalesce((SELECT max(ended_at) FROM attempts), 0),
          coalesce((SELECT max(touched_at) FROM photos), 0)
        ) AS saved_ms FROM gateway`,
      )
      .get(),
  );
  const updateClock = database.prepare('UPDATE gateway SET clock_ms = ?');
  const startedAtMs = steadyNow();
  const nowMs = () => baseMs + Math.floor(steadyNow() - startedAtMs);
  return { nowMs, save: () => void updateClock.run(nowMs()) };
}

import { z } from 'zod';
import type { Session } from './database.ts';
import { sql, type Sql } from './sql.ts';

/**
 * The time for which at least one gateway has run on this store, in whole milliseconds; see the clock of the
 * store in SQLite. Each gateway counts on from what is saved, with its monotonic clock, and saves its time if
 * it is later: so the clocks of all stay together, and none ever jumps, whatever clock the machines and the
 * database have.
 */
export interface StoreClock {
  nowMs(): number;
  /** The statement that saves the time, and returns `clock_ms`, for `follow`. */
  save(): Sql;
  /** Follows the clock of another gateway that is ahead. */
  follow(savedMs: number): void;
}

const savedRow = z.object({ saved_ms: z.int() });

/**
 * Resumes from the time that was saved last, or from the newest row stamped since.
 * @param steadyNow milliseconds of a monotonic clock.
 */
export async function createStoreClock(
  session: Session,
  steadyNow: () => number,
): Promise<StoreClock> {
  const { rows } = await session.query(sql`
    SELECT greatest(
      clock_ms,
      (SELECT max(begun_at) FROM attempts),
      (SELECT max(ended_at) FROM attempts),
      (SELECT max(touched_at) FROM photos),
      (SELECT max(touched_at) FROM deliveries WHERE state = 'waiting')
    ) AS saved_ms FROM gateway`);
  let baseMs = savedRow.parse(rows[0]).saved_ms - steadyNow();
  const nowMs = () => Math.floor(baseMs + steadyNow());
  return {
    nowMs,
    save: () => sql`
      UPDATE gateway SET clock_ms = greatest(clock_ms, ${nowMs()}) RETURNING clock_ms`,
    follow: (savedMs) => void (baseMs = Math.max(baseMs, savedMs - steadyNow())),
  };
}

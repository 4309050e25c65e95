import { setTimeout as delay } from 'node:timers/promises';
import { Pool } from 'pg';
import type { Log } from '../../common/log.ts';
import { connectionConfig, type DatabaseOptions } from '../store/postgres/pool.ts';
import { inDatabaseTime, inLocalTime, type TimeOffset } from './database-time.ts';

export interface JobPoolOptions extends Omit<DatabaseOptions, 'durable' | 'max' | 'log'> {
  /** By how much the times must be corrected that this process tells the database. @default none */
  readonly offsetMs?: TimeOffset;
  readonly log: Log;
}

/** One of them is kept by each queue, to listen on. */
const MAX_CONNECTIONS = 8;
/** Pause after a failed connection: BullMQ tries again at once, in a loop. In milliseconds. */
const PAUSE_MS = 250;

/**
 * Creates the pool for BullMQ. What it writes need not be on disk when it is answered: a job that a
 * crash of the database loses is found to be missing, and added again.
 *
 * BullMQ dates leases by the clock of each node. If one is ahead, the jobs of others look as if their nodes were
 * dead, and its own after its death as if it lived. So all are dated by the database's clock.
 */
export function createJobPool(options: JobPoolOptions) {
  const { log, offsetMs = () => 0 } = options;
  const config = connectionConfig({ ...options, durable: false });
  const pool = new Pool({
    ...config,
    options: `${config.options} -c search_path=bullmq`,
    max: MAX_CONNECTIONS,
  });
  pool.on('connect', (client) => client.on('error', () => undefined));
  pool.on('error', (error) => log.debug({ err: error }, 'An idle connection of the queues broke'));

  async function query(text: string, values: unknown[] = []) {
    const aheadMs = offsetMs();
    const result = await pool.query<Record<string, unknown>>(
      text,
      aheadMs === 0 ? values : inDatabaseTime(values, aheadMs),
    );
    if (aheadMs !== 0) result.rows = inLocalTime(result.rows, 'next_delay', aheadMs);
    return result;
  }

  return {
    options: { keepAlive: true },
    query: (text: string, values?: unknown[]) => failingSlowly(() => query(text, values)),
    connect: () => failingSlowly(() => pool.connect()),
    on: (event: 'error', listener: (error: Error) => void) => pool.on(event, listener),
    removeAllListeners: () => undefined,
    end: () => pool.end(),
  };
}

/** Runs `query`, and rejects a moment later if it fails. */
async function failingSlowly<Result>(query: () => Promise<Result>): Promise<Result> {
  try {
    return await query();
  } catch (error) {
    await delay(PAUSE_MS);
    throw error;
  }
}

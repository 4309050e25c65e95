import type { Log } from '../../common/log.ts';
import { createPool, type DatabaseOptions } from '../store/postgres/pool.ts';

/** Work that one node of a fleet does at a time. */
export interface Exclusive {
  /** Runs `work`, unless another node runs work of that name now. */
  run(name: string, work: () => Promise<void>): Promise<void>;
  close(): Promise<void>;
}

/** Each name that is worked on has a connection of its own meanwhile: the database keeps the lock for it. */
export function createExclusive(
  options: Omit<DatabaseOptions, 'max' | 'durable' | 'log'> & { readonly log: Log },
): Exclusive {
  const pool = createPool({ ...options, max: 2, durable: false });

  async function run(name: string, work: () => Promise<void>): Promise<void> {
    const client = await pool.connect();
    try {
      const lock = "hashtext('photo-gateway'), hashtext($1)";
      const { rows } = await client.query<{ got: boolean }>(
        `SELECT pg_try_advisory_lock(${lock}) AS got`,
        [name],
      );
      if (rows[0]?.got === true) await work();
    } finally {
      // The lock ends with the connection, whether it still works or not.
      client.release(true);
    }
  }

  return { run, close: () => pool.end() };
}

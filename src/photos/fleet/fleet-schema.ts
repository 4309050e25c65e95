import { isPgPool, runMigrations } from 'bullmq';

/**
 * Brings the tables of BullMQ up to date, in a schema of their own. All else that a fleet needs is in the
 * migrations of the store: where nothing is to be done, a gateway that starts must not lock tables that others
 * work on.
 */
export async function createQueueSchema(pool: unknown): Promise<void> {
  // Its own types say the same in other words.
  if (!isPgPool(pool)) throw new TypeError('A pool is needed');
  const client = await pool.connect();
  try {
    await runMigrations(client);
  } finally {
    client.release(true);
  }
}

import { isPgPool, runMigrations } from 'bullmq';
import type { Pool, PoolClient } from 'pg';
import { CHANNEL } from './messages.ts';

/** Serialises the nodes that start at the same time. Any number that nothing else uses. */
const LOCK = 715_203_114;

/**
 * What a fleet needs beside the store's own tables. Every statement may be run again, and leaves what
 * an older version uses as it is.
 *
 * The trigger tells all nodes of a photo's new state when the transaction commits, and never
 * otherwise, whichever statement changed it.
 */
const TABLES = `
  -- Which node has clients that wait for an id which they did not upload.
  CREATE TABLE IF NOT EXISTS foreign_waits (
    photo_id TEXT COLLATE "C" NOT NULL,
    node UUID NOT NULL,
    rate_limit_key TEXT NOT NULL,
    PRIMARY KEY (photo_id, node)
  );
  CREATE INDEX IF NOT EXISTS foreign_waits_by_node ON foreign_waits (node);

  -- How long photos took, by class: between these ages they became ready.
  CREATE TABLE IF NOT EXISTS processing_times (
    seq BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    class TEXT COLLATE "C" NOT NULL,
    node UUID NOT NULL,
    not_ready_ms INTEGER NOT NULL,
    ready_ms INTEGER NOT NULL
  );
  CREATE INDEX IF NOT EXISTS processing_times_by_class ON processing_times (class, seq);

  CREATE OR REPLACE FUNCTION tell_of_photo() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    PERFORM pg_notify('${CHANNEL}', json_build_object(
      'kind', 'changed', 'id', NEW.id, 'revision', NEW.revision, 'status', NEW.status)::text);
    RETURN NULL;
  END
  $$;
  CREATE OR REPLACE TRIGGER photos_tell_new AFTER INSERT ON photos
    FOR EACH ROW WHEN (NEW.status <> 'PROCESSING') EXECUTE FUNCTION tell_of_photo();
  CREATE OR REPLACE TRIGGER photos_tell_changed AFTER UPDATE OF status, revision ON photos
    FOR EACH ROW WHEN (NEW.status <> OLD.status OR NEW.revision <> OLD.revision)
    EXECUTE FUNCTION tell_of_photo();
`;

/** Brings the database up to what the fleet needs: its own tables, and those of BullMQ. */
export async function createFleetSchema(pool: Pool): Promise<void> {
  const client = await pool.connect();
  let broken = true;
  try {
    await inTransaction(client);
    broken = false;
  } finally {
    client.release(broken);
  }
  await createQueueSchema(pool);
}

/** Brings the tables of BullMQ up to date, in a schema of their own. */
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

async function inTransaction(client: PoolClient): Promise<void> {
  await client.query('BEGIN');
  await client.query('SELECT pg_advisory_xact_lock($1)', [LOCK]);
  await client.query(TABLES);
  await client.query('COMMIT');
}

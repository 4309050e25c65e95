import { z } from 'zod';
import { openDatabase, type Database, type Session } from './database.ts';
import { MIGRATIONS } from './migrations.ts';
import { NewerDatabaseError } from './open-errors.ts';
import type { DatabaseOptions } from './pool.ts';
import { rawSql, sql } from './sql.ts';

/** Any number that nothing else locks in this database. */
const MIGRATION_LOCK = 7_241_903_551;

const versionRow = z.object({ version: z.int() });

/** Longest step, and longest wait for another gateway that makes one, in milliseconds. */
const MIGRATION_TIMEOUT_MS = 600_000;

/**
 * Migrates the database at `options.url` to the version of `MIGRATIONS`; see `migrate`. A step may take longer
 * than any other statement.
 */
export async function migrateAt(options: Omit<DatabaseOptions, 'durable' | 'max'>): Promise<void> {
  const database = openDatabase({ ...options, max: 1, statementTimeoutMs: MIGRATION_TIMEOUT_MS });
  try {
    await migrate(database, MIGRATIONS);
  } finally {
    await database.close();
  }
}

/**
 * Migrates a database to the version of `migrations`, atomically. Gateways that start together take turns.
 * @throws NewerDatabaseError if the database is newer; the error of a step that fails.
 */
async function migrate(database: Database, migrations: readonly string[]): Promise<void> {
  await database.transaction(async (session) => {
    await session.query(sql`SELECT pg_advisory_xact_lock(${MIGRATION_LOCK})`);
    const version = await versionOf(session);
    if (version > migrations.length) throw new NewerDatabaseError(version, migrations.length);
    if (version === migrations.length) return;
    for (const step of migrations.slice(version)) await session.query(rawSql(step));
    await session.query(sql`UPDATE schema_version SET version = ${migrations.length}`);
  });
}

async function versionOf(session: Session): Promise<number> {
  await session.query(sql`
    CREATE TABLE IF NOT EXISTS schema_version (version INTEGER NOT NULL)`);
  await session.query(sql`
    INSERT INTO schema_version SELECT 0 WHERE NOT EXISTS (SELECT FROM schema_version)`);
  const { rows } = await session.query(sql`SELECT version FROM schema_version`);
  return versionRow.parse(rows[0]).version;
}

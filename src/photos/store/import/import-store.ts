import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { ConfigError } from '../../../config/config.ts';
import type { Log } from '../../../common/log.ts';
import { openDatabase, type Session } from '../postgres/database.ts';
import { migrateAt } from '../postgres/migrate.ts';
import { describeOpenError } from '../postgres/open-errors.ts';
import { sql } from '../postgres/sql.ts';
import { openDatabaseFile } from '../sqlite/database-file.ts';
import { setUpDatabase } from '../sqlite/set-up-database.ts';
import { openSqliteStore } from '../sqlite/sqlite-store.ts';
import { COPIED_TABLES, copyGateway, copyTable } from './copy-tables.ts';

export interface ImportOptions {
  /** The folder of the store that is moved, whose gateway has been stopped. */
  readonly directory: string;
  /** The database that it is moved to. */
  readonly url: string;
  readonly log: Pick<Log, 'warn'>;
}

/**
 * Copies an embedded store into PostgreSQL, all of it or nothing. The embedded store is left as it is, and is
 * locked meanwhile.
 * @returns how many rows each table has got.
 * @throws ConfigError with one line that says what to do, if either cannot be used, or if the target has
 * records already or gateways that run on it.
 */
export async function importStore(options: ImportOptions): Promise<ReadonlyMap<string, number>> {
  using source = await openSource(options.directory);
  const target = openDatabase({ ...options, max: 1 });
  try {
    await migrateAt(options);
    return await target.transaction(async (session) => {
      await refuseUsed(session);
      const counts = new Map<string, number>();
      for (const table of COPIED_TABLES)
        counts.set(table.name, await copyTable(source, session, table));
      await copyGateway(source, session);
      return counts;
    });
  } catch (error) {
    throw error instanceof ConfigError ? error : describeOpenError(options.url, error);
  } finally {
    await target.close();
  }
}

/** Opens the embedded store for this process alone, after it has settled what its gateway left. */
async function openSource(directory: string): Promise<DatabaseSync> {
  if (!existsSync(join(directory, 'photos.db')))
    throw new ConfigError(`DATA_DIR ${directory} holds no photos.db: name the folder of a store`);
  await (await openSqliteStore({ directory })).close();
  using opening = new DisposableStack();
  const database = opening.use(openDatabaseFile(directory));
  setUpDatabase(database);
  opening.move();
  return database;
}

async function refuseUsed(session: Session) {
  // No gateway can start in the middle of it.
  await session.query(sql`LOCK TABLE nodes IN SHARE ROW EXCLUSIVE MODE`);
  const running = await session.query(sql`
    SELECT FROM nodes WHERE lease_until > clock_timestamp()`);
  if (running.count > 0)
    throw new ConfigError('DATABASE_URL names a database that gateways use now: stop them first');
  const used = await session.query(sql`
    SELECT FROM (SELECT FROM photos UNION ALL SELECT FROM attempts UNION ALL SELECT FROM allowances)
      AS records LIMIT 1`);
  if (used.count > 0)
    throw new ConfigError('DATABASE_URL names a database that has records: name an empty one');
}

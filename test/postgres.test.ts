import { expect, test } from 'vitest';
import { openDatabase } from '../src/photos/store/postgres/database.ts';
import { createPool } from '../src/photos/store/postgres/pool.ts';
import { sql } from '../src/photos/store/postgres/sql.ts';
import { StoreUnavailableError } from '../src/photos/store/store-unavailable-error.ts';
import { createDatabase, createDatabaseOn } from './support/postgres.ts';
import { startPostgresServer } from './support/postgres-server.ts';

const log = { warn: () => undefined };

test('a pool outlives a stop, a crash and a restart of its database', async () => {
  await using server = await startPostgresServer();
  await using database = await createDatabaseOn(server);
  const pool = createPool({ url: database.url, log });
  await pool.query('CREATE TABLE colours (name TEXT)');
  for (const how of ['fast', 'immediate'] as const) {
    const busy = pool.query('SELECT pg_sleep(10)').catch((error: unknown) => error);
    const idle = await pool.connect();
    idle.release();
    await server.stop(how);
    expect(await busy).toBeInstanceOf(Error);
    await expect(pool.query('SELECT 1')).rejects.toThrow('ECONNREFUSED');
    await server.start();
    await pool.query("INSERT INTO colours VALUES ('red')");
  }
  expect((await pool.query('SELECT name FROM colours')).rows).toHaveLength(2);
  await pool.end();
});

test('a pool whose connections are all in use does not count as a database that is away', async () => {
  await using database = await createDatabase();
  const connected = openDatabase({
    url: database.url,
    max: 1,
    connectTimeoutMs: 100,
    log,
  });
  await connected.query(sql`SELECT 1`);
  const busy = connected.query(sql`SELECT pg_sleep(1)`);
  await expect(connected.query(sql`SELECT 1`)).rejects.toBeInstanceOf(StoreUnavailableError);
  expect((await connected.durably(sql`SELECT 1`)).count).toBe(1);
  expect((await busy).count).toBe(1);
  await connected.close();
});

test('a statement of a pool ends in time, and commits as it was asked to', async () => {
  await using database = await createDatabase();
  const settings = async (durable: boolean) => {
    const pool = createPool({ url: database.url, durable, statementTimeoutMs: 50, log });
    await expect(pool.query('SELECT pg_sleep(10)')).rejects.toThrow('statement timeout');
    const result = await pool.query<{ synchronous_commit: string }>('SHOW synchronous_commit');
    await pool.end();
    return result.rows.map((row) => row.synchronous_commit);
  };
  expect(await settings(true)).toEqual(['on']);
  expect(await settings(false)).toEqual(['off']);
});

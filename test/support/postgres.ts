import { Client } from 'pg';
import { startPostgresServer, type PostgresServer } from './postgres-server.ts';

/** An empty database of its own. Disposing of it deletes it, whoever is connected. */
export interface Database extends AsyncDisposable {
  readonly url: string;
}

/** One server for all test files of this process. It ends with the process. */
let shared: Promise<PostgresServer> | undefined;
let created = 0;

/** Makes an empty database. The first call of a process starts a server, which takes a second. */
export async function createDatabase(): Promise<Database> {
  shared ??= startPostgresServer();
  return createDatabaseOn(await shared);
}

/** Makes an empty database on a server of the test's own, which it may stop. */
export async function createDatabaseOn(server: PostgresServer): Promise<Database> {
  created += 1;
  const name = `test_${process.pid}_${created}`;
  await execute(server, `CREATE DATABASE ${name}`);
  return {
    url: server.urlOf(name),
    [Symbol.asyncDispose]: () => execute(server, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
  };
}

async function execute(server: PostgresServer, sql: string) {
  const client = new Client({ connectionString: server.urlOf('postgres') });
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

import { Client } from 'pg';
import { z } from 'zod';
import {
  openPostgresStore,
  type PostgresStoreOptions,
} from '../../src/photos/store/postgres/postgres-store.ts';
import type { Store } from '../../src/photos/store/store.ts';
import { createDatabase } from './postgres.ts';

/** A database that several stores share. Disposing of it closes them. */
export interface FleetDatabase extends AsyncDisposable {
  readonly url: string;
  /** Opens one more store. By default it renews its lease hardly ever, and keeps it for ever. */
  open(options?: Partial<PostgresStoreOptions>): Promise<Store>;
  /** Lets the leases of all stores pass that are open now. */
  lapse(): Promise<void>;
  /** Runs a statement beside the stores. */
  execute(statement: string): Promise<void>;
  /** How many connections wait for a lock. */
  waiting(): Promise<number>;
  /** How many stores have a lease that has not passed. */
  living(): Promise<number>;
}

const NEVER_MS = 10_000_000;
const countRow = z.object({ count: z.string() });

export async function createFleetDatabase(): Promise<FleetDatabase> {
  const database = await createDatabase();
  const stores: Store[] = [];
  return {
    url: database.url,
    async open(options) {
      const store = await openPostgresStore({
        url: database.url,
        uploadTimeoutMs: 0,
        leaseMs: NEVER_MS,
        renewMs: NEVER_MS,
        log: { warn: () => undefined },
        ...options,
      });
      stores.push(store);
      return store;
    },
    lapse: async () =>
      void (await execute(database.url, "UPDATE nodes SET lease_until = '-infinity'")),
    execute: async (statement) => void (await execute(database.url, statement)),
    async waiting() {
      const [row] = await execute(
        database.url,
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
      );
      return Number(countRow.parse(row).count);
    },
    async living() {
      const [row] = await execute(
        database.url,
        'SELECT count(*) FROM nodes WHERE lease_until > clock_timestamp()',
      );
      return Number(countRow.parse(row).count);
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(stores.map((store) => store.close()));
      await database[Symbol.asyncDispose]();
    },
  };
}

/** A connection beside the stores, which ends when it is disposed of. */
export async function connect(url: string): Promise<Client & AsyncDisposable> {
  const client = new Client({ connectionString: url });
  await client.connect();
  return Object.assign(client, { [Symbol.asyncDispose]: () => client.end() });
}

/** Runs a statement beside the stores. */
export async function execute(url: string, statement: string): Promise<readonly unknown[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<object>(statement);
  await client.end();
  return rows;
}

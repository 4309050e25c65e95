import { TypeOverrides, types, type Pool, type PoolClient } from 'pg';
import { abortable } from '../../../common/bounded.ts';
import { StoreUnavailableError } from '../store-unavailable-error.ts';
import { asFault, isBusy, isWorthRepeating } from './faults.ts';
import { createPool, type DatabaseOptions } from './pool.ts';
import { createReconnection } from './reconnection.ts';
import { textOf, type Sql } from './sql.ts';

/** What a statement returned. */
export interface Answer {
  readonly rows: readonly unknown[];
  /** How many rows it returned or changed. */
  readonly count: number;
}

export interface Session {
  query(statement: Sql): Promise<Answer>;
}

/**
 * A PostgreSQL database. Every call ends in time, whatever the database or the network does.
 * All reject with a `StoreUnavailableError` while the database is away.
 */
export interface Database extends Session {
  /** Runs a statement of which a crash of the database may lose the effect. Also for all reads. */
  query(statement: Sql): Promise<Answer>;
  /** Runs a statement whose effect is on disk afterwards, and all that was done before it too. */
  durably(statement: Sql): Promise<Answer>;
  /**
   * Runs `work` in one transaction: all of it is on disk on return, and none of it if anything
   * throws. It is run again if another transaction was in its way.
   */
  transaction<Result>(work: (session: Session) => Promise<Result>): Promise<Result>;
  close(): Promise<void>;
}

/** How often a transaction is tried that others get in the way of. */
const TRIES = 3;
/** Longest close, in milliseconds: a network that swallows packets never confirms that it is closed. */
const CLOSE_TIMEOUT_MS = 1000;

/**
 * Reads 64-bit integers as numbers, where the client leaves them as text. Ours are times and counts, and
 * those who parse the rows refuse one that is too large to be exact.
 */
const NUMBERS = new TypeOverrides();
NUMBERS.setTypeParser(types.builtins.INT8, Number);

export function openDatabase(options: Omit<DatabaseOptions, 'durable'>): Database {
  const quick = createPool({ ...options, durable: false });
  const durable = createPool({ ...options, durable: true });
  const reconnection = createReconnection(isBusy);

  /** Runs `work` on a connection of its own, which is closed if it is broken, or may be. */
  async function connected<Result>(pool: Pool, work: (client: PoolClient) => Promise<Result>) {
    const client = await reconnection.attempt(() => pool.connect().catch(asFault));
    let broken: Error | undefined;
    try {
      return await work(client);
    } catch (error) {
      // Also after a timeout: the answer may still come, and would be taken for that of the next statement.
      if (error instanceof StoreUnavailableError) broken = error;
      throw error;
    } finally {
      client.release(broken);
    }
  }

  async function transaction<Result>(work: (session: Session) => Promise<Result>): Promise<Result> {
    for (let tried = 1; ; tried += 1) {
      try {
        return await tryTransaction(work);
      } catch (error) {
        if (tried === TRIES || !isWorthRepeating(error)) throw error;
      }
    }
  }

  const tryTransaction = <Result>(work: (session: Session) => Promise<Result>) =>
    connected(durable, async (client) => {
      try {
        await client.query('BEGIN').catch(asFault);
        const result = await work({ query: (statement) => run(client, statement) });
        await client.query('COMMIT').catch(asFault);
        return result;
      } catch (error) {
        // A connection that is closed ends its transaction too.
        if (!(error instanceof StoreUnavailableError))
          await client.query('ROLLBACK').catch(asFault);
        throw error;
      }
    });

  async function close() {
    const ended = Promise.all([quick.end(), durable.end()]);
    await abortable(ended, AbortSignal.timeout(CLOSE_TIMEOUT_MS)).catch(() => undefined);
  }

  return {
    query: (statement) => connected(quick, (client) => run(client, statement)),
    durably: (statement) => connected(durable, (client) => run(client, statement)),
    transaction,
    close,
  };
}

async function run(client: PoolClient, statement: Sql): Promise<Answer> {
  const config = { text: textOf(statement), values: [...statement.values], types: NUMBERS };
  const { rows, rowCount } = await client.query<object>(config).catch(asFault);
  return { rows, count: rowCount ?? 0 };
}

import { Pool, type PoolConfig } from 'pg';
import { parseIntoClientConfig } from 'pg-connection-string';
import type { Log } from '../../../common/log.ts';

export interface DatabaseOptions {
  /** The address of the database: `postgres://user:password@host/name?sslmode=verify-full`. */
  readonly url: string;
  /** Most connections at a time. @default 8 */
  readonly max?: number;
  /**
   * Longest wait for a connection, including the wait for a free one, in milliseconds.
   * @default 3000
   */
  readonly connectTimeoutMs?: number;
  /** Longest statement, in milliseconds. @default 5000 */
  readonly statementTimeoutMs?: number;
  /**
   * Whether a change is on disk when its statement is answered. Without it a crash of the database
   * may lose the changes of the last moments, though never one without all before it.
   * @default true
   */
  readonly durable?: boolean;
  /** What the database calls the connections, in `pg_stat_activity`. @default photo-gateway */
  readonly applicationName?: string;
  readonly log: Pick<Log, 'warn'>;
}

/** How much longer than the database this side waits for a statement, before it gives the connection up. */
const ANSWER_MARGIN_MS = 1000;

/**
 * How each connection of the gateway is made, those of a pool and others. TLS is as the URL says. The files that
 * it names are read now: one that is replaced at a later moment must not make a connection throw.
 * @throws if a file cannot be read.
 */
export function connectionConfig(options: Omit<DatabaseOptions, 'log'>) {
  const { statementTimeoutMs = 5000 } = options;
  return {
    ...parseIntoClientConfig(options.url),
    application_name: options.applicationName ?? 'photo-gateway',
    connectionTimeoutMillis: options.connectTimeoutMs ?? 3000,
    statement_timeout: statementTimeoutMs,
    idle_in_transaction_session_timeout: statementTimeoutMs,
    // The database's own limit does not help where the network swallows its answer.
    query_timeout: statementTimeoutMs + ANSWER_MARGIN_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    // Not left to the database's default: what is paid for rests on it.
    options: `-c synchronous_commit=${(options.durable ?? true) ? 'on' : 'off'}`,
  } satisfies PoolConfig;
}

/** Creates a bounded pool. It connects when it is used, and again after connections broke. */
export function createPool(options: DatabaseOptions): Pool {
  const { log } = options;
  const pool = new Pool({ ...connectionConfig(options), max: options.max ?? 8 });
  // An error without a listener would end the process. The pool listens only to connections that are
  // idle, and the query of one in use rejects by itself.
  pool.on('connect', (client) => client.on('error', () => undefined));
  pool.on('error', (error) => log.warn({ err: error }, 'An idle database connection broke'));
  return pool;
}

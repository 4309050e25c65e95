import { DatabaseError } from 'pg';
import { StoreUnavailableError } from '../store-unavailable-error.ts';

/**
 * The conditions (https://www.postgresql.org/docs/current/errcodes-appendix.html) that pass by themselves,
 * or that an operator can repair while the gateway runs.
 */
const TRANSIENT = [
  '08', // the connection broke
  '25006', // read-only: a replica that is not promoted yet
  '25P', // the connection ended, since a transaction was idle
  '53', // no connection, memory or disk left
  '55P03', // a lock was not given in time
  '57', // shut down, crashed, not started yet, or a statement that took too long
  '58', // an I/O error
];

/** Another transaction was in the way, and is not any more: serialisation failure, deadlock. */
const REPEATABLE = new Set(['40001', '40P01']);

/** Throws the error of a statement or a connection, as a `StoreUnavailableError` if it may pass. */
export function asFault(error: unknown): never {
  throw isTransient(error)
    ? new StoreUnavailableError(`The database is not available: ${messageOf(error)}`, {
        cause: error,
      })
    : error;
}

/**
 * Whether all connections of the pool were in use for too long. The pool has no class or code for it, and says
 * it of a connection that cannot be made in other words.
 */
export function isBusy(error: unknown): boolean {
  const cause = error instanceof StoreUnavailableError ? error.cause : error;
  return cause instanceof Error && cause.message === 'timeout exceeded when trying to connect';
}

/** Whether a transaction that failed may succeed if it is run again at once. */
export function isWorthRepeating(error: unknown): boolean {
  return error instanceof DatabaseError && REPEATABLE.has(error.code ?? '');
}

function isTransient(error: unknown): boolean {
  if (error instanceof DatabaseError) {
    return TRANSIENT.some((prefix) => error.code?.startsWith(prefix) ?? false);
  }
  // The client has no class or code for its own: a connection that broke or timed out. A `TypeError` is a
  // mistake of the program.
  return error instanceof Error && !(error instanceof TypeError);
}

/** One line. Several addresses of one host fail with an `AggregateError`, which has no message. */
export function messageOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(messageOf).join(', ');
  return (error instanceof Error ? error.message : String(error)).replaceAll(/\s+/g, ' ').trim();
}

import type { DatabaseSync } from 'node:sqlite';

/**
 * Runs `work` in one transaction: all of it is durable on return, and none of it if anything
 * throws. Inside of another transaction it is a part of that one.
 */
export function transaction<Result>(database: DatabaseSync, work: () => Result): Result {
  if (database.isTransaction) return work();
  // IMMEDIATE takes the write lock at once, so that a change cannot fail half-way for want of it.
  database.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    // On a full disk SQLite has already rolled back. A second rollback is an error that hides the
    // first.
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

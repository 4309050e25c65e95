import type { DatabaseSync } from 'node:sqlite';

/** Runs `work` as one change: all of it is durable on return, none of it where anything throws. */
export function transaction<Result>(database: DatabaseSync, work: () => Result): Result {
  // IMMEDIATE takes the right to write at once, so that a change cannot find out half-way that it has none.
  database.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    // A full disk has made SQLite roll back by itself, and a second time is an error that hides the first.
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

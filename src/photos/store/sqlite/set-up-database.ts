import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { migrate } from './migrate.ts';
import { MIGRATIONS } from './migrations.ts';
import { UnusableDatabaseError } from './open-errors.ts';

/**
 * Locks a newly opened database for this process alone, and migrates it to this version's schema.
 * @throws UnusableDatabaseError if it is damaged or of a newer version; SQLite's errors.
 */
export function setUpDatabase(database: DatabaseSync): void {
  configure(database);
  check(database);
  migrate(database, MIGRATIONS);
}

function configure(database: DatabaseSync) {
  // A second gateway on the same files would poll and archive everything twice, and settle
  // idempotency records that are in progress here, so it is refused. The system releases the lock
  // when the process ends, however that happens.
  database.exec('PRAGMA locking_mode = EXCLUSIVE');
  // A change costs one append and one sync instead of several. A crash in the middle of it leaves
  // no change.
  database.exec('PRAGMA journal_mode = WAL');
  // NORMAL syncs at checkpoints only: a power failure would lose uploads that were paid for.
  database.exec('PRAGMA synchronous = FULL');
  // Deleting a photo deletes its owners too.
  database.exec('PRAGMA foreign_keys = ON');
}

const checkRow = z.object({ quick_check: z.string() });

/**
 * Refuses to start on a damaged page. Otherwise it would be found when an upload that was paid for
 * has to be stored.
 */
function check(database: DatabaseSync) {
  const row = checkRow.parse(database.prepare('PRAGMA quick_check(1)').get());
  if (row.quick_check === 'ok') return;
  throw new UnusableDatabaseError('damaged', row.quick_check.replaceAll(/\s+/g, ' '));
}

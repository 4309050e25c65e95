import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { migrate } from './migrate.ts';
import { MIGRATIONS } from './migrations.ts';
import { UnusableDatabaseError } from './open-errors.ts';

/**
 * Takes a database that was just opened for this process alone, and brings it to this version's schema.
 * @throws UnusableDatabaseError where it is damaged or of a newer version; what SQLite throws.
 */
export function setUpDatabase(database: DatabaseSync): void {
  configure(database);
  check(database);
  migrate(database, MIGRATIONS);
}

function configure(database: DatabaseSync) {
  // Another gateway on the same files would poll and archive everything twice, and settle attempts that
  // are under way here: it is refused. The system drops the lock with the process, however that ends.
  database.exec('PRAGMA locking_mode = EXCLUSIVE');
  // A change costs one append and one sync, in place of several, and one that a crash cuts off is none.
  database.exec('PRAGMA journal_mode = WAL');
  // NORMAL syncs at checkpoints only: a power failure would forget uploads that were paid for.
  database.exec('PRAGMA synchronous = FULL');
  // A photo's owners go with it.
  database.exec('PRAGMA foreign_keys = ON');
}

const checkRow = z.object({ quick_check: z.string() });

/** Better no start than a damaged page found when an upload that was paid for is to be remembered. */
function check(database: DatabaseSync) {
  const row = checkRow.parse(database.prepare('PRAGMA quick_check(1)').get());
  if (row.quick_check === 'ok') return;
  throw new UnusableDatabaseError('damaged', row.quick_check.replaceAll(/\s+/g, ' '));
}

import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { UnusableDatabaseError } from './open-errors.ts';
import { transaction } from './transaction.ts';

const versionRow = z.object({ user_version: z.int() });

/**
 * Migrates a database to the version of `migrations`, atomically.
 * @throws UnusableDatabaseError if the database is newer; the error of a step that fails.
 */
export function migrate(database: DatabaseSync, migrations: readonly string[]): void {
  function migrateForward() {
    const { user_version: version } = versionRow.parse(
      database.prepare('PRAGMA user_version').get(),
    );
    if (version > migrations.length) {
      throw new UnusableDatabaseError(
        'newer',
        `its photos.db has version ${version}, and this one knows ${migrations.length}`,
      );
    }
    if (version === migrations.length) return;
    for (const step of migrations.slice(version)) database.exec(step);
    database.exec(`PRAGMA user_version = ${migrations.length}`);
  }
  transaction(database, migrateForward);
}

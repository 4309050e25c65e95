import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { UnusableDatabaseError } from './open-errors.ts';
import { transaction } from './transaction.ts';

const versionRow = z.object({ user_version: z.int() });

/**
 * Brings a database to the version that `migrations` make, all the way or not at all.
 * @throws UnusableDatabaseError where it is past that version; what a step that fails throws.
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

import type { DatabaseSync } from 'node:sqlite';
import type { SyncStore } from './sync-store.ts';
import { transaction } from './transaction.ts';

/** Makes the part of the store that forgets. The oldest go first. */
export function createSqlitePurge(database: DatabaseSync): SyncStore['purge'] {
  const deleteAttempts = database.prepare(`
    DELETE FROM attempts WHERE rowid IN (
      SELECT rowid FROM attempts WHERE begun_at < :before ORDER BY begun_at LIMIT :maxRows
    )`);
  const deleteAllowances = database.prepare(`
    DELETE FROM allowances WHERE (client, period) IN (
      SELECT client, period FROM allowances WHERE period < :before ORDER BY period LIMIT :maxRows
    )`);
  const deletePhotos = database.prepare(`
    DELETE FROM photos WHERE id IN (
      SELECT id FROM photos
      WHERE archived_at IS NULL AND watched = 0 AND newest_at < :before
        AND NOT EXISTS (SELECT 1 FROM pictures WHERE photo_id = photos.id)
      ORDER BY newest_at
      LIMIT :maxRows
    )`);

  return ({ attemptsBefore, photosBefore, maxRows }) =>
    transaction(database, () => {
      const attempts = deleteAttempts.run({ before: attemptsBefore.getTime(), maxRows });
      const photos = deletePhotos.run({ before: photosBefore.getTime(), maxRows });
      const beforeDay = attemptsBefore.toISOString().slice(0, 10);
      const allowances = deleteAllowances.run({ before: beforeDay, maxRows });
      return [attempts, photos, allowances].reduce((sum, { changes }) => sum + Number(changes), 0);
    });
}

import type { DatabaseSync } from 'node:sqlite';
import type { StoreClock } from './store-clock.ts';
import type { SyncStore } from './sync-store.ts';
import { transaction } from './transaction.ts';

/** The part of the store that deletes old rows. The oldest go first. */
export function createSqlitePurge(database: DatabaseSync, clock: StoreClock): SyncStore['purge'] {
  const deleteRecords = database.prepare(`
    DELETE FROM attempts WHERE rowid IN (
      SELECT rowid FROM attempts WHERE begun_at < :before ORDER BY begun_at LIMIT :maxRows
    )`);
  const deleteAllowances = database.prepare(`
    DELETE FROM allowances WHERE (client, period) IN (
      SELECT client, period FROM allowances
      WHERE touched_at < :before ORDER BY touched_at LIMIT :maxRows
    )`);
  const deletePhotos = database.prepare(`
    DELETE FROM photos WHERE id IN (
      SELECT id FROM photos
      WHERE archived_at IS NULL AND watched = 0 AND touched_at < :before
        AND NOT EXISTS (SELECT 1 FROM pictures WHERE photo_id = photos.id)
      ORDER BY touched_at
      LIMIT :maxRows
    )`);

  return ({ recordsMs, photosMs, maxRows }) =>
    transaction(database, () => {
      clock.save();
      const keysBefore = clock.nowMs() - recordsMs;
      const records = deleteRecords.run({ before: keysBefore, maxRows });
      const allowances = deleteAllowances.run({ before: keysBefore, maxRows });
      const photos = deletePhotos.run({ before: clock.nowMs() - photosMs, maxRows });
      return [records, photos, allowances].reduce((sum, { changes }) => sum + Number(changes), 0);
    });
}

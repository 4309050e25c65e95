import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { readPictureReference } from '../photo-row.ts';
import type { StoreClock } from './store-clock.ts';
import type { SyncStore } from './sync-store.ts';
import { transaction } from './transaction.ts';

const endedRow = z.object({ ended_revision: z.int() });

/** Creates the part of the store that deletes what a client has of a photo; `now` in milliseconds since 1970. */
export function createSqliteDeletions(
  database: DatabaseSync,
  now: () => number,
  clock: StoreClock,
): Pick<SyncStore, 'deletePhoto'> {
  const deleteUpload = database.prepare(
    'DELETE FROM uploads WHERE client = :client AND photo_id = :id',
  );
  const deleteDeliveries = database.prepare(
    'DELETE FROM deliveries WHERE photo_id = :id AND client = :client',
  );
  const endRevision = database.prepare(`
    UPDATE photos
    SET revision = revision + 1, status = 'EXPIRED', watched = 0, touched_at = :touchedAt,
      repair_type = NULL, background = NULL, original_url = NULL, size_bytes = NULL,
      uploaded_at = NULL, ready_at = NULL, expires_at = NULL, archived_at = NULL
    WHERE id = :id AND NOT EXISTS (
      SELECT 1 FROM uploads WHERE photo_id = :id AND revision = photos.revision
    )
    RETURNING revision - 1 AS ended_revision`);
  const expireOwnerless = database.prepare(`
    UPDATE pictures SET expires_at = min(coalesce(expires_at, :now), :now)
    WHERE photo_id = :id AND NOT EXISTS (
      SELECT 1 FROM uploads WHERE photo_id = :id AND kept_revision = pictures.revision
    )
    RETURNING photo_id AS id, revision, name`);

  return {
    deletePhoto: (client, id) =>
      transaction(database, () => {
        if (Number(deleteUpload.run({ client, id }).changes) === 0) return null;
        deleteDeliveries.run({ client, id });
        const ended = endRevision.get({ id, touchedAt: clock.nowMs() });
        const pictures = expireOwnerless.all({ id, now: now() }).map(readPictureReference);
        const endedRevision = ended === undefined ? null : endedRow.parse(ended).ended_revision;
        return { endedRevision, pictures };
      }),
  };
}

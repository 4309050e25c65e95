import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { readPhoto } from '../photo-row.ts';
import type { IdempotencyRecordKey, CompletedUpload, PhotoRecord } from '../store.ts';
import type { SqliteOriginals } from './originals.ts';
import { SELECT_PHOTOS } from './select-photos.ts';
import type { StoreClock } from './store-clock.ts';
import type { SyncStore } from './sync-store.ts';
import { transaction } from './transaction.ts';

/** The part of the store that remembers successful uploads. */
export type SqliteUploads = Pick<SyncStore, 'complete' | 'completedUploads'>;

const gatewayRow = z.object({ completed_uploads: z.int() });
const revisionRow = z.object({ revision: z.int() });

/** `now` gives milliseconds since 1970. */
export function createSqliteUploads(
  database: DatabaseSync,
  now: () => number,
  clock: StoreClock,
  originals: Pick<SqliteOriginals, 'announce'>,
): SqliteUploads {
  const upsertPhoto = database.prepare(`
    INSERT INTO photos
      (id, revision, status, repair_type, background, original_url, size_bytes, uploaded_at, watched,
        touched_at)
    VALUES
      (:id, 1, 'PROCESSING', :repairType, :background, :originalUrl, :sizeBytes, :uploadedAt, 1,
        :touchedAt)
    ON CONFLICT (id) DO UPDATE
    SET revision = revision + 1, status = 'PROCESSING', repair_type = excluded.repair_type,
      background = excluded.background, original_url = excluded.original_url,
      size_bytes = excluded.size_bytes, uploaded_at = excluded.uploaded_at, watched = 1,
      touched_at = excluded.touched_at, ready_at = NULL, expires_at = NULL, archived_at = NULL
    RETURNING revision`);
  // A client without an archived picture is left with the one that the provider makes now. Expired
  // photos stay expired.
  const updateOthers = database.prepare(`
    UPDATE uploads
    SET revision = :revision, status = 'PROCESSING', ready_at = NULL, expires_at = NULL
    WHERE photo_id = :id AND client <> :client AND kept_revision IS NOT revision
      AND (status = 'PROCESSING' OR (status = 'READY' AND expires_at > :now))`);
  const upsertUpload = database.prepare(`
    INSERT INTO uploads (client, photo_id, revision, own_revision, status, repair_type, background,
      file_name, original_url, size_bytes, uploaded_at)
    VALUES (:client, :id, :revision, :revision, 'PROCESSING', :repairType, :background, :name,
      :originalUrl, :sizeBytes, :uploadedAt)
    ON CONFLICT (client, photo_id) DO UPDATE
    SET revision = excluded.revision, own_revision = excluded.own_revision,
      status = excluded.status, repair_type = excluded.repair_type,
      background = excluded.background, file_name = excluded.file_name,
      original_url = excluded.original_url, size_bytes = excluded.size_bytes,
      uploaded_at = excluded.uploaded_at, ready_at = NULL, expires_at = NULL`);
  const updateRecord = database.prepare(`
    UPDATE attempts SET state = 'succeeded', photo_id = :id, content_hash = :contentHash
    WHERE client = :client AND key = :key`);
  const countUpload = database.prepare(
    'UPDATE gateway SET completed_uploads = completed_uploads + 1',
  );
  const selectCount = database.prepare('SELECT completed_uploads FROM gateway');
  const selectPhoto = database.prepare(`${SELECT_PHOTOS} WHERE photos.id = ?`);

  function complete(
    client: string,
    upload: CompletedUpload,
    recordKey: IdempotencyRecordKey | null,
  ): PhotoRecord {
    const { id, name, contentHash } = upload;
    const values = {
      id,
      repairType: upload.repairType,
      background: upload.background,
      originalUrl: upload.originalUrl,
      sizeBytes: upload.sizeBytes,
      uploadedAt: upload.uploadedAt.getTime(),
    };
    return transaction(database, () => {
      const touchedAt = clock.nowMs();
      const { revision } = revisionRow.parse(upsertPhoto.get({ ...values, touchedAt }));
      updateOthers.run({ client, id, revision, now: now() });
      upsertUpload.run({ ...values, client, name, revision });
      if (upload.originalFile) originals.announce({ id, revision }, upload.originalFile);
      // An upload without a size got its response before it had arrived completely: see
      // `Store.completedUploads`.
      if (upload.sizeBytes !== null) countUpload.run();
      // If the key was purged meanwhile, the photo is stored all the same: it is paid for.
      if (recordKey !== null) updateRecord.run({ ...recordKey, id, contentHash });
      return { ...readPhoto(selectPhoto.get(id), now()), name };
    });
  }

  return {
    complete,
    completedUploads: () => gatewayRow.parse(selectCount.get()).completed_uploads,
  };
}

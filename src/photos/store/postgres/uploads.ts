import { z } from 'zod';
import { readPhoto } from '../photo-row.ts';
import type { CompletedUpload, IdempotencyRecordKey, PhotoRecord, Store } from '../store.ts';
import type { Database } from './database.ts';
import { storedKey } from './idempotency-records.ts';
import { sql } from './sql.ts';
import type { StoreClock } from './store-clock.ts';

/** The part of the store that remembers successful uploads. */
export type PostgresUploads = Pick<Store, 'complete' | 'completedUploads'>;

export interface PostgresUploadsOptions {
  readonly database: Database;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly clock: StoreClock;
  /** The id of this gateway. */
  readonly node: string;
}

/** How many rows the number of completed uploads is spread over. */
const PARTS = 16;

const completedRow = z.object({ completed_uploads: z.int() });
const revisionRow = z.object({ revision: z.int() });

export function createPostgresUploads(options: PostgresUploadsOptions): PostgresUploads {
  const { database, now, clock, node } = options;

  async function complete(
    client: string,
    upload: CompletedUpload,
    recordKey: IdempotencyRecordKey | null,
  ): Promise<PhotoRecord> {
    const { id, repairType, background, originalUrl, sizeBytes } = upload;
    const uploadedAt = upload.uploadedAt.getTime();
    const part = Math.floor(Math.random() * PARTS);
    return database.transaction(async (session) => {
      const { rows } = await session.query(sql`
        INSERT INTO photos (id, revision, status, repair_type, background, original_url, size_bytes,
          uploaded_at, watched, touched_at)
        VALUES (${id}, 1, 'PROCESSING', ${repairType}, ${background}, ${originalUrl}, ${sizeBytes},
          ${uploadedAt}, true, ${clock.nowMs()})
        ON CONFLICT (id) DO UPDATE
        SET revision = photos.revision + 1, status = 'PROCESSING',
          repair_type = excluded.repair_type, background = excluded.background,
          original_url = excluded.original_url, size_bytes = excluded.size_bytes,
          uploaded_at = excluded.uploaded_at, watched = true, touched_at = excluded.touched_at,
          ready_at = NULL, expires_at = NULL, archived_at = NULL
        RETURNING *, NULL AS name`);
      const { revision } = revisionRow.parse(rows[0]);
      // The photo is locked now, so this statement sees all earlier uploads of it. A client without an
      // archived picture is left with the one that the provider makes now. Expired photos stay expired.
      //
      // An upload without a size got its response before it had arrived completely: see
      // `Store.completedUploads`. If the key was purged meanwhile, the photo is stored all the same: it is
      // paid for. A record that another node has settled as unknown succeeds nevertheless, as long as it is
      // that of this upload.
      await session.query(sql`
        WITH others AS (
          UPDATE uploads
          SET revision = ${revision}, status = 'PROCESSING', ready_at = NULL, expires_at = NULL
          WHERE photo_id = ${id} AND client <> ${client}
            AND kept_revision IS DISTINCT FROM revision
            AND (status = 'PROCESSING' OR (status = 'READY' AND expires_at > ${now()}))
        ), record AS (
          UPDATE attempts
          SET state = 'succeeded', photo_id = ${id}, content_hash = ${upload.contentHash}
          WHERE client = ${recordKey?.client ?? null} AND key = ${storedKey(recordKey?.key)}
            AND owner = ${node} AND state <> 'succeeded'
        ), counted AS (
          UPDATE completed SET uploads = uploads + 1, succeeded_at = ${clock.nowMs()}
          WHERE part = ${part} AND ${sizeBytes !== null}
        )
        INSERT INTO uploads (client, photo_id, revision, status, repair_type, background,
          original_url, size_bytes, uploaded_at)
        VALUES (${client}, ${id}, ${revision}, 'PROCESSING', ${repairType}, ${background},
          ${originalUrl}, ${sizeBytes}, ${uploadedAt})
        ON CONFLICT (client, photo_id) DO UPDATE
        SET revision = excluded.revision, status = excluded.status,
          repair_type = excluded.repair_type, background = excluded.background,
          original_url = excluded.original_url, size_bytes = excluded.size_bytes,
          uploaded_at = excluded.uploaded_at, ready_at = NULL, expires_at = NULL`);
      return readPhoto(rows[0], now());
    });
  }

  async function completedUploads(): Promise<number> {
    const { rows } = await database.query(sql`
      SELECT sum(uploads)::bigint AS completed_uploads FROM completed`);
    return completedRow.parse(rows[0]).completed_uploads;
  }

  return { complete, completedUploads };
}

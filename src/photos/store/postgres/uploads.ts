import { z } from 'zod';
import { ANNOUNCED_FOR_MS } from '../originals.ts';
import { readPhoto } from '../photo-row.ts';
import type { CompletedUpload, IdempotencyRecordKey, PhotoRecord, Store } from '../store.ts';
import type { Database, Session } from './database.ts';
import { storedKey } from './idempotency-records.ts';
import { SELECT_OWN } from './select-photos.ts';
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

interface StoredUpload {
  readonly client: string;
  readonly upload: CompletedUpload;
  readonly recordKey: IdempotencyRecordKey | null;
  readonly opened: string | undefined;
  readonly revision: number;
}

export function createPostgresUploads(options: PostgresUploadsOptions): PostgresUploads {
  const { database, now, clock, node } = options;

  async function complete(
    client: string,
    upload: CompletedUpload,
    recordKey: IdempotencyRecordKey | null,
    opened?: string,
  ): Promise<PhotoRecord> {
    return database.transaction(async (session) => {
      const [row] = await storePhoto(session, client, upload, opened);
      if (row === undefined) return storedBefore(session, client, upload.id);
      const { revision } = revisionRow.parse(row);
      await storeUpload(session, { client, upload, recordKey, opened, revision });
      return { ...readPhoto(row, now()), name: upload.name };
    });
  }

  /** Stores the provider's view of the photo, which also locks it. Returns no row if this was done before. */
  async function storePhoto(
    session: Session,
    client: string,
    upload: CompletedUpload,
    opened: string | undefined,
  ) {
    const { id, repairType, background, originalUrl, sizeBytes } = upload;
    const { rows } = await session.query(sql`
      INSERT INTO photos (id, revision, status, repair_type, background, original_url, size_bytes,
        uploaded_at, watched, touched_at)
      SELECT ${id}::text, 1, 'PROCESSING', ${repairType}::text, ${background}::text,
        ${originalUrl}::text, ${sizeBytes}::bigint, ${upload.uploadedAt.getTime()}::bigint, true,
        ${clock.nowMs()}::bigint
      WHERE NOT EXISTS (
        SELECT FROM uploads
        WHERE client = ${client} AND photo_id = ${id} AND opened = ${opened ?? null}
      )
      ON CONFLICT (id) DO UPDATE
      SET revision = photos.revision + 1, status = 'PROCESSING',
        repair_type = excluded.repair_type, background = excluded.background,
        original_url = excluded.original_url, size_bytes = excluded.size_bytes,
        uploaded_at = excluded.uploaded_at, watched = true, touched_at = excluded.touched_at,
        ready_at = NULL, expires_at = NULL, archived_at = NULL
      RETURNING *, NULL AS name, NULL AS file_name`);
    return rows;
  }

  /**
   * The photo is locked, so this sees all earlier uploads of it. A client without an archived picture is left
   * with the one that the provider makes now. Expired photos stay expired.
   *
   * A record that another node has settled as unknown succeeds nevertheless, as long as it is that of this
   * upload. If its key was purged meanwhile, the photo is stored all the same: it is paid for. An upload
   * without a size got its response before it had arrived completely, and does not count; see
   * `Store.completedUploads`.
   */
  async function storeUpload(
    session: Session,
    { client, upload, recordKey, opened, revision }: StoredUpload,
  ) {
    const {
      id,
      repairType,
      background,
      name,
      originalUrl,
      sizeBytes,
      originalFile = null,
    } = upload;
    const part = Math.floor(Math.random() * PARTS);
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
      ), announced AS (
        INSERT INTO originals (photo_id, revision, media_type, size_bytes, expires_at)
        SELECT ${id}, ${revision}, ${originalFile?.mediaType ?? ''}, ${originalFile?.sizeBytes ?? 0}::bigint,
          ${now() + ANNOUNCED_FOR_MS}::bigint
        WHERE ${originalFile !== null}::boolean
        ON CONFLICT DO NOTHING
      ), closed AS (
        DELETE FROM open_uploads WHERE id = ${opened ?? null} RETURNING id
      ), counted AS (
        UPDATE completed
        SET succeeded_at = ${clock.nowMs()}, uploads = uploads + CASE
          WHEN ${sizeBytes === null}::boolean THEN 0
          WHEN ${opened === undefined}::boolean OR EXISTS (SELECT FROM closed) THEN 1
          ELSE 0
        END
        WHERE part = ${part}
      )
      INSERT INTO uploads (client, photo_id, revision, own_revision, status, repair_type, background,
        file_name, original_url, size_bytes, uploaded_at, opened)
      VALUES (${client}, ${id}, ${revision}, ${revision}, 'PROCESSING', ${repairType}, ${background},
        ${name},
        ${originalUrl}, ${sizeBytes}, ${upload.uploadedAt.getTime()}, ${opened ?? null})
      ON CONFLICT (client, photo_id) DO UPDATE
      SET revision = excluded.revision, own_revision = excluded.own_revision,
        status = excluded.status,
        repair_type = excluded.repair_type, background = excluded.background,
        file_name = excluded.file_name, original_url = excluded.original_url,
        size_bytes = excluded.size_bytes, uploaded_at = excluded.uploaded_at, ready_at = NULL,
        expires_at = NULL, opened = excluded.opened`);
  }

  async function storedBefore(session: Session, client: string, id: string): Promise<PhotoRecord> {
    const { rows } = await session.query(sql`
      ${SELECT_OWN} WHERE uploads.client = ${client} AND uploads.photo_id = ${id}`);
    const own = await session.query(sql`
      SELECT coalesce(own_revision, revision) AS revision FROM uploads
      WHERE client = ${client} AND photo_id = ${id}`);
    // Another client may have uploaded it since: the photo is this client's own upload nevertheless.
    return { ...readPhoto(rows[0], now()), ...revisionRow.parse(own.rows[0]) };
  }

  async function completedUploads(): Promise<number> {
    const { rows } = await database.query(sql`
      SELECT sum(uploads)::bigint AS completed_uploads FROM completed`);
    return completedRow.parse(rows[0]).completed_uploads;
  }

  return { complete, completedUploads };
}

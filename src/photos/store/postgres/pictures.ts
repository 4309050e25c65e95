import { ADDRESS_LIFETIME_MS, ADDRESS_STEP_MS } from '../../photo.ts';
import type { ArchivedPicture } from '../store.ts';
import type { Session } from './database.ts';
import { sql } from './sql.ts';
import type { StoreClock } from './store-clock.ts';

/** The part of the store that knows which pictures are archived, and who owns them. In a transaction. */
export interface PostgresPictures {
  /** See `Store.markArchived`. */
  markArchived(
    session: Session,
    id: string,
    revision: number,
    picture: ArchivedPicture,
    expiresAt: Date | null,
  ): Promise<boolean>;
  /** See `Store.markExpired`. */
  markExpired(session: Session, id: string, revision: number): Promise<void>;
}

/** `now` gives milliseconds since 1970. */
export function createPostgresPictures(now: () => number, clock: StoreClock): PostgresPictures {
  async function markArchived(
    session: Session,
    id: string,
    revision: number,
    { name, mediaType, sizeBytes, sha256, archivedAt }: ArchivedPicture,
    expiresAt: Date | null,
  ): Promise<boolean> {
    const archivedMs = archivedAt.getTime();
    const expiresMs = expiresAt?.getTime() ?? null;
    const addressesEndMs = now() + ADDRESS_LIFETIME_MS + ADDRESS_STEP_MS;
    // A copy can arrive after the provider's hour is over. The photo is READY again, because it can
    // be fetched.
    const { count } = await session.query(sql`
        UPDATE photos
        SET status = 'READY', ready_at = coalesce(ready_at, ${archivedMs}),
          expires_at = ${expiresMs}, watched = false, archived_at = ${archivedMs},
          touched_at = ${clock.nowMs()}
        WHERE id = ${id} AND revision = ${revision}`);
    if (count === 0) return false;
    await session.query(sql`
        INSERT INTO pictures (photo_id, revision, name, repair_type, background, ready_at,
          expires_at, archived_at, media_type, size_bytes, sha256)
        SELECT id, revision, ${name}::text, repair_type, background, ready_at, expires_at, archived_at,
          ${mediaType}::text, ${sizeBytes}::bigint, ${sha256}::text
        FROM photos WHERE id = ${id}
        ON CONFLICT (photo_id, revision) DO UPDATE
        SET name = excluded.name, expires_at = excluded.expires_at,
          archived_at = excluded.archived_at, media_type = excluded.media_type,
          size_bytes = excluded.size_bytes, sha256 = excluded.sha256`);
    await session.query(sql`
        UPDATE uploads
        SET kept_revision = ${revision}, status = photos.status, ready_at = photos.ready_at,
          expires_at = photos.expires_at
        FROM photos
        WHERE photos.id = ${id} AND uploads.photo_id = ${id} AND uploads.revision = ${revision}`);
    await session.query(sql`
        UPDATE pictures
        SET expires_at = least(coalesce(expires_at, ${addressesEndMs}), ${addressesEndMs})
        WHERE photo_id = ${id} AND NOT EXISTS (
          SELECT FROM uploads WHERE photo_id = ${id} AND kept_revision = pictures.revision
        )`);
    return true;
  }

  async function markExpired(session: Session, id: string, revision: number) {
    // One change of a photo at a time: the later ones see all of the earlier ones.
    await session.query(sql`SELECT FROM photos WHERE id = ${id} FOR UPDATE`);
    await session.query(sql`
        DELETE FROM pictures
        WHERE photo_id = ${id} AND revision = ${revision} AND expires_at <= ${now()}`);
    const { count: kept } = await session.query(sql`
        SELECT FROM pictures WHERE photo_id = ${id} AND revision = ${revision}`);
    if (kept > 0) return;
    await session.query(sql`
        UPDATE photos
        SET status = 'EXPIRED', watched = false, archived_at = NULL, touched_at = ${clock.nowMs()}
        WHERE id = ${id} AND revision = ${revision}`);
    // Applies also to an earlier revision than the photo's.
    await session.query(sql`
        UPDATE uploads SET status = 'EXPIRED'
        WHERE photo_id = ${id} AND revision = ${revision}`);
    await session.query(sql`
        UPDATE uploads SET kept_revision = NULL
        WHERE photo_id = ${id} AND kept_revision = ${revision}`);
    await session.query(sql`
        UPDATE uploads
        SET revision = pictures.revision, status = 'READY', ready_at = pictures.ready_at,
          expires_at = pictures.expires_at, repair_type = pictures.repair_type,
          background = pictures.background
        FROM pictures
        WHERE uploads.photo_id = ${id} AND uploads.revision = ${revision}
          AND pictures.photo_id = ${id} AND pictures.revision = uploads.kept_revision`);
  }

  return { markArchived, markExpired };
}

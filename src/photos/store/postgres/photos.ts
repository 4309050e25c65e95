import { readPhoto, readPicture } from '../photo-row.ts';
import type { Audience } from '../outbox/audience.ts';
import type { PhotoRecord, Store } from '../store.ts';
import type { Database } from './database.ts';
import { createOwnPhotos } from './own-photos.ts';
import { createPostgresPictures } from './pictures.ts';
import { SELECT_PHOTOS, SELECT_PICTURES } from './select-photos.ts';
import { sql } from './sql.ts';
import type { StoreClock } from './store-clock.ts';
import type { PostgresTelling } from './telling.ts';

/** The part of the store that tracks the progress of each photo. */
export type PostgresPhotos = Pick<
  Store,
  'photo' | 'photoOf' | 'picture' | 'markReady' | 'markArchived' | 'markExpired'
>;

export interface PostgresPhotosOptions {
  readonly database: Database;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly clock: StoreClock;
  readonly audience: Pick<Audience, 'isEmpty'>;
  readonly telling: PostgresTelling['telling'];
}

export function createPostgresPhotos(options: PostgresPhotosOptions): PostgresPhotos {
  const { database, now, clock, audience, telling } = options;
  const pictures = createPostgresPictures(now, clock);

  async function photo(id: string): Promise<PhotoRecord | null> {
    const { rows } = await database.query(sql`${SELECT_PHOTOS} WHERE photos.id = ${id}`);
    return rows.length === 0 ? null : readPhoto(rows[0], now());
  }

  async function picture(name: string) {
    const { rows } = await database.query(sql`${SELECT_PICTURES} WHERE name = ${name}`);
    return rows.length === 0 ? null : readPicture(rows[0]);
  }

  async function markReady(id: string, revision: number, readyAt: Date, expiresAt: Date) {
    const change = sql`
      WITH ready AS (
        INSERT INTO photos (id, revision, status, ready_at, expires_at, watched, touched_at)
        VALUES (${id}, 0, 'READY', ${readyAt.getTime()}, ${expiresAt.getTime()}, false,
          ${clock.nowMs()})
        ON CONFLICT (id) DO UPDATE
        SET status = 'READY', ready_at = excluded.ready_at, expires_at = excluded.expires_at,
          watched = false, touched_at = excluded.touched_at
        WHERE photos.revision = ${revision} AND photos.status = 'PROCESSING'
        RETURNING *
      )
      UPDATE uploads
      SET status = ready.status, ready_at = ready.ready_at, expires_at = ready.expires_at
      FROM ready WHERE uploads.photo_id = ready.id AND uploads.revision = ready.revision`;
    // Of one statement nobody needs a transaction.
    if (audience.isEmpty) await database.durably(change);
    else await telling(id, revision, (session) => session.query(change));
    const marked = await photo(id);
    if (marked === null) throw new Error(`The photo ${id} was deleted while it became ready`);
    return marked;
  }

  async function markExpired(id: string, revision: number): Promise<PhotoRecord | null> {
    await telling(id, revision, (session) => pictures.markExpired(session, id, revision));
    return photo(id);
  }

  return {
    photo,
    photoOf: createOwnPhotos(database, now),
    picture,
    markReady,
    markArchived: (id, revision, ...archived) =>
      telling(id, revision, (session) => pictures.markArchived(session, id, revision, ...archived)),
    markExpired,
  };
}

import type { Audience } from '../outbox/audience.ts';
import { BLOCKED_MS } from '../outbox/delivery.ts';
import { newsOf, newsOfChange, readOwnPhoto, type News } from '../outbox/news.ts';
import type { Database, Session } from './database.ts';
import { rawSql, sql } from './sql.ts';
import type { StoreClock } from './store-clock.ts';

/** Adds deliveries to the outbox, in the transactions that change photos. */
export interface PostgresTelling {
  /**
   * Runs a change of this revision of a photo in a transaction, and tells the receivers what it was to
   * them.
   */
  readonly telling: <Result>(
    id: string,
    revision: number,
    change: (session: Session) => Promise<Result>,
  ) => Promise<Result>;
  /** See `Outbox.addExpired`. */
  readonly addExpired: (maxRows: number) => Promise<number>;
}

export interface PostgresTellingOptions {
  readonly database: Database;
  readonly audience: Audience;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly clock: StoreClock;
}

const OWN_COLUMNS =
  rawSql(`client, photo_id, revision, status, told, file_name, repair_type, background,
  original_url, uploaded_at, ready_at, expires_at`);

export function createPostgresTelling(options: PostgresTellingOptions): PostgresTelling {
  const { database, audience, now, clock } = options;

  async function add(session: Session, news: readonly News[]): Promise<boolean> {
    if (news.length === 0) return false;
    const told = JSON.stringify(
      news.map(({ client, photoId, told: state }) => ({ client, photo_id: photoId, told: state })),
    );
    await session.query(sql`
      UPDATE uploads SET told = news.told
      FROM json_to_recordset(${told}::json) AS news (client text, photo_id text, told text)
      WHERE uploads.client = news.client AND uploads.photo_id = news.photo_id`);
    const deliveries = news.flatMap((of) => of.deliveries);
    if (deliveries.length === 0) return false;
    const rows = JSON.stringify(deliveries);
    await session.query(sql`
      INSERT INTO deliveries (id, receiver, client, photo_id, revision, type, occurred_at, photo,
        state, attempts, due_at, touched_at)
      SELECT id, receiver, client, "photoId", revision, type, "occurredAt", photo,
        'waiting', 0, CASE WHEN EXISTS (
          SELECT FROM deliveries AS earlier
          WHERE earlier.receiver = added.receiver AND earlier.photo_id = added."photoId"
            AND earlier.state = 'waiting'
        ) THEN ${BLOCKED_MS}::bigint ELSE ${clock.nowMs()}::bigint END, ${clock.nowMs()}::bigint
      FROM json_to_recordset(${rows}::json) AS added (id text, receiver text, client text,
        "photoId" text, revision integer, type text, "occurredAt" bigint, photo text)`);
    return true;
  }

  async function telling<Result>(
    id: string,
    revision: number,
    change: (session: Session) => Promise<Result>,
  ): Promise<Result> {
    if (audience.isEmpty) return database.transaction(change);
    const { result, added } = await database.transaction(async (session) => {
      // One change of a photo at a time, and the photo before its uploads, as everywhere: so its
      // deliveries have the order of its changes.
      await session.query(sql`SELECT FROM photos WHERE id = ${id} FOR UPDATE`);
      const before = (await ownPhotos(session, id)).filter((own) => own.revision === revision);
      const changed = await change(session);
      if (before.length === 0) return { result: changed, added: false };
      const after = await ownPhotos(session, id);
      const news = newsOfChange(before, after, { audience, nowMs: now() });
      return { result: changed, added: await add(session, news) };
    });
    if (added) audience.onAdded();
    return result;
  }

  async function addExpired(maxRows: number): Promise<number> {
    if (audience.isEmpty) return 0;
    const nowMs = now();
    const { found, added } = await database.transaction(async (session) => {
      const { rows } = await session.query(sql`
        SELECT ${OWN_COLUMNS} FROM uploads
        WHERE told = 'READY' AND status = 'READY' AND expires_at IS NOT NULL
          AND expires_at <= ${nowMs}
        ORDER BY expires_at LIMIT ${maxRows} FOR UPDATE SKIP LOCKED`);
      const news = rows.map((row) => {
        const own = readOwnPhoto(row);
        return newsOf('photo.expired', own.revision, own, { audience, nowMs });
      });
      return { found: rows.length, added: await add(session, news) };
    });
    if (added) audience.onAdded();
    return found;
  }

  return { telling, addExpired };
}

async function ownPhotos(session: Session, id: string) {
  const { rows } = await session.query(sql`
    SELECT ${OWN_COLUMNS} FROM uploads WHERE photo_id = ${id} FOR UPDATE`);
  return rows.map((row) => readOwnPhoto(row));
}

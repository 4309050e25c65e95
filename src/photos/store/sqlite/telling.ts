import type { DatabaseSync } from 'node:sqlite';
import type { Audience } from '../outbox/audience.ts';
import { BLOCKED_MS } from '../outbox/delivery.ts';
import { newsOf, newsOfChange, readOwnPhoto, type News } from '../outbox/news.ts';
import type { StoreClock } from './store-clock.ts';
import { transaction } from './transaction.ts';

/** Adds deliveries to the outbox, in the transactions that change photos. */
export interface SqliteTelling {
  /** Runs a change of this revision of a photo, and tells the receivers what it was to them. */
  readonly telling: <Result>(id: string, revision: number, change: () => Result) => Result;
  /** See `Outbox.addExpired`. */
  readonly addExpired: (maxRows: number) => number;
}

export interface SqliteTellingOptions {
  readonly database: DatabaseSync;
  readonly audience: Audience;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly clock: StoreClock;
}

const OWN_COLUMNS = `client, photo_id, revision, status, told, file_name, repair_type, background, original_url,
  uploaded_at, ready_at, expires_at`;

export function createSqliteTelling(options: SqliteTellingOptions): SqliteTelling {
  const { database, audience, now, clock } = options;
  const selectOwn = database.prepare(`SELECT ${OWN_COLUMNS} FROM uploads WHERE photo_id = ?`);
  const selectExpired = database.prepare(`
    SELECT ${OWN_COLUMNS} FROM uploads
    WHERE told = 'READY' AND status = 'READY' AND expires_at IS NOT NULL AND expires_at <= :now
    ORDER BY expires_at LIMIT :maxRows`);
  const updateTold = database.prepare(
    'UPDATE uploads SET told = :told WHERE client = :client AND photo_id = :photoId',
  );
  const insertDelivery = database.prepare(`
    INSERT INTO deliveries (id, receiver, client, photo_id, revision, type, occurred_at, photo, state,
      attempts, due_at, touched_at)
    VALUES (:id, :receiver, :client, :photoId, :revision, :type, :occurredAt, :photo, 'waiting', 0,
      CASE WHEN EXISTS (
        SELECT 1 FROM deliveries
        WHERE receiver = :receiver AND photo_id = :photoId AND state = 'waiting'
      ) THEN ${BLOCKED_MS} ELSE :nowMs END, :nowMs)`);

  const ownPhotos = (id: string) => selectOwn.all(id).map((row) => readOwnPhoto(row));

  function add(news: readonly News[]) {
    const nowMs = clock.nowMs();
    for (const { client, photoId, told, deliveries } of news) {
      updateTold.run({ client, photoId, told });
      for (const delivery of deliveries) insertDelivery.run({ ...delivery, nowMs });
    }
    return news.some(({ deliveries }) => deliveries.length > 0);
  }

  function telling<Result>(id: string, revision: number, change: () => Result): Result {
    if (audience.isEmpty) return change();
    let added = false;
    const result = transaction(database, () => {
      const before = ownPhotos(id).filter((own) => own.revision === revision);
      const changed = change();
      if (before.length > 0) {
        added = add(newsOfChange(before, ownPhotos(id), { audience, nowMs: now() }));
      }
      return changed;
    });
    if (added) audience.onAdded();
    return result;
  }

  function addExpired(maxRows: number): number {
    if (audience.isEmpty) return 0;
    const nowMs = now();
    const found = selectExpired.all({ now: nowMs, maxRows }).map((row) => readOwnPhoto(row));
    if (found.length === 0) return 0;
    const news = found.map((own) =>
      newsOf('photo.expired', own.revision, own, { audience, nowMs }),
    );
    if (transaction(database, () => add(news))) audience.onAdded();
    return found.length;
  }

  return { telling, addExpired };
}

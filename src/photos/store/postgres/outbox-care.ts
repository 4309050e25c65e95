import { readBacklog, readListed } from '../outbox/delivery-row.ts';
import { BLOCKED_MS } from '../outbox/delivery.ts';
import type { DeliveryFilter, Outbox, OutboxLimits } from '../outbox/outbox.ts';
import type { Session } from './database.ts';
import { sql } from './sql.ts';
import type { StoreClock } from './store-clock.ts';

/** The part of the outbox that lists, bounds and repairs. */
type PostgresOutboxCare = Omit<
  Outbox,
  'addExpired' | 'due' | 'claim' | 'settle' | 'release' | 'disabled' | 'disable' | 'enable'
>;

export interface OutboxCareOptions {
  readonly database: Session;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly clock: Pick<StoreClock, 'nowMs'>;
}

export function createPostgresOutboxCare(options: OutboxCareOptions): PostgresOutboxCare {
  const { database, now, clock } = options;

  async function giveUp(receiver: string, reason: string, unchangedMs: number) {
    const at = clock.nowMs();
    const { count } = await database.query(sql`
      UPDATE deliveries SET state = 'failed', reason = ${reason}, touched_at = ${at}, owner = NULL
      WHERE receiver = ${receiver} AND state = 'waiting' AND touched_at <= ${at - unchangedMs}`);
    return count;
  }

  async function unblock() {
    const { count } = await database.query(sql`
      UPDATE deliveries SET due_at = ${clock.nowMs()}
      WHERE state = 'waiting' AND due_at = ${BLOCKED_MS} AND NOT EXISTS (
        SELECT FROM deliveries AS earlier
        WHERE earlier.receiver = deliveries.receiver AND earlier.photo_id = deliveries.photo_id
          AND earlier.state = 'waiting' AND earlier.seq < deliveries.seq
      )`);
    return count;
  }

  async function trim(maxWaiting: number, reason: string) {
    const { count } = await database.query(sql`
      WITH crowded AS (
        SELECT receiver, count(*) - ${maxWaiting}::bigint AS surplus
        FROM deliveries WHERE state = 'waiting' GROUP BY receiver HAVING count(*) > ${maxWaiting}
      )
      UPDATE deliveries SET state = 'failed', reason = ${reason}, touched_at = ${clock.nowMs()},
        owner = NULL
      WHERE state = 'waiting' AND seq IN (
        SELECT oldest.seq FROM crowded CROSS JOIN LATERAL (
          SELECT seq FROM deliveries
          WHERE receiver = crowded.receiver AND state = 'waiting'
          ORDER BY seq LIMIT crowded.surplus
        ) AS oldest
      )`);
    return count;
  }

  async function backlog() {
    const { rows } = await database.query(sql`
      SELECT (SELECT count(*) FROM deliveries WHERE state = 'waiting') AS waiting, (
        SELECT ${now()} - occurred_at FROM deliveries WHERE state = 'waiting' ORDER BY seq LIMIT 1
      ) AS oldest_ms`);
    return readBacklog(rows[0]);
  }

  async function list({ state, receiver }: DeliveryFilter, maxRows: number) {
    const { rows } = await database.query(sql`
      SELECT * FROM deliveries
      WHERE (${state ?? null}::text IS NULL OR state = ${state ?? null})
        AND (${receiver ?? null}::text IS NULL OR receiver = ${receiver ?? null})
      ORDER BY occurred_at DESC, seq DESC LIMIT ${maxRows}`);
    return rows.map(readListed);
  }

  async function resend(ids: readonly string[] | null, receiver?: string) {
    const at = clock.nowMs();
    const chosen =
      ids === null ? sql`state = 'failed'` : sql`state <> 'waiting' AND id = ANY(${ids})`;
    const { count } = await database.query(sql`
      UPDATE deliveries
      SET state = 'waiting', attempts = 0, reason = NULL, due_at = ${at}, touched_at = ${at}
      WHERE ${chosen} AND (${receiver ?? null}::text IS NULL OR receiver = ${receiver ?? null})`);
    return count;
  }

  async function purge({ deliveredMs, othersMs, maxDelivered, maxFailed, maxRows }: OutboxLimits) {
    const at = clock.nowMs();
    const last = sql`(SELECT max(seq) FROM deliveries)`;
    const conditions = [
      sql`state = 'delivered' AND touched_at < ${at - deliveredMs}`,
      sql`state = 'failed' AND touched_at < ${at - othersMs}`,
      sql`state = 'waiting' AND touched_at < ${at - othersMs}`,
      sql`state = 'delivered' AND seq <= ${last} - ${maxDelivered}::bigint`,
      sql`state = 'failed' AND seq <= ${last} - ${maxFailed}::bigint`,
    ];
    let deleted = 0;
    for (const condition of conditions) {
      const { count } = await database.query(sql`
        DELETE FROM deliveries WHERE seq IN (
          SELECT seq FROM deliveries WHERE ${condition} LIMIT ${maxRows} FOR UPDATE SKIP LOCKED
        )`);
      deleted += count;
    }
    return deleted;
  }

  return { giveUp, unblock, trim, backlog, list, resend, purge };
}

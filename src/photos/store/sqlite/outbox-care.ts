import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { readBacklog, readListed } from '../outbox/delivery-row.ts';
import { BLOCKED_MS, DELIVERY_STATES } from '../outbox/delivery.ts';
import type { DeliveryFilter, OutboxLimits } from '../outbox/outbox.ts';
import type { StoreClock } from './store-clock.ts';
import type { SyncOutbox } from './sync-store.ts';
import { transaction } from './transaction.ts';

/** The part of the outbox that lists, bounds and repairs. */
type SqliteOutboxCare = Omit<
  SyncOutbox,
  'addExpired' | 'due' | 'claim' | 'settle' | 'release' | 'disabled' | 'disable' | 'enable'
>;

const waitingRow = z.object({ receiver: z.string(), waiting: z.int() });

/** `now` gives milliseconds since 1970. */
export function createSqliteOutboxCare(
  database: DatabaseSync,
  now: () => number,
  clock: StoreClock,
): SqliteOutboxCare {
  const updateGivenUp = database.prepare(`
    UPDATE deliveries SET state = 'failed', reason = :reason, touched_at = :now
    WHERE receiver = :receiver AND state = 'waiting' AND touched_at <= :before`);
  const selectWaiting = database.prepare(`
    SELECT receiver, count(*) AS waiting FROM deliveries INDEXED BY deliveries_waiting
    WHERE state = 'waiting' GROUP BY receiver`);
  const updateTrimmed = database.prepare(`
    UPDATE deliveries SET state = 'failed', reason = :reason, touched_at = :now
    WHERE seq IN (
      SELECT seq FROM deliveries WHERE receiver = :receiver AND state = 'waiting'
      ORDER BY seq LIMIT :surplus
    )`);
  const selectBacklog = database.prepare(`
    SELECT count(*) AS waiting, :now - (
      SELECT occurred_at FROM deliveries WHERE state = 'waiting' ORDER BY seq LIMIT 1
    ) AS oldest_ms
    FROM deliveries WHERE state = 'waiting'`);
  const selectOfState = database.prepare(`
    SELECT * FROM deliveries
    WHERE state = :state AND (:receiver IS NULL OR receiver = :receiver)
    ORDER BY seq DESC LIMIT :maxRows`);
  const updateSentAgain = database.prepare(`
    UPDATE deliveries SET state = 'waiting', attempts = 0, reason = NULL, due_at = :now, touched_at = :now
    WHERE id = :id AND state <> 'waiting' AND (:receiver IS NULL OR receiver = :receiver)`);
  const updateAllSentAgain = database.prepare(`
    UPDATE deliveries SET state = 'waiting', attempts = 0, reason = NULL, due_at = :now, touched_at = :now
    WHERE state = 'failed' AND (:receiver IS NULL OR receiver = :receiver)`);
  const deleteOld = database.prepare(`
    DELETE FROM deliveries WHERE seq IN (
      SELECT seq FROM deliveries WHERE state = :state AND touched_at < :before
      ORDER BY touched_at LIMIT :maxRows
    )`);

  const deleteSurplus = database.prepare(`
    DELETE FROM deliveries WHERE seq IN (
      SELECT seq FROM deliveries
      WHERE state = :state AND seq <= (SELECT max(seq) FROM deliveries) - :maxKept
      ORDER BY seq LIMIT :maxRows
    )`);

  const updateUnblocked = database.prepare(`
    UPDATE deliveries SET due_at = :now
    WHERE state = 'waiting' AND due_at = ${BLOCKED_MS} AND NOT EXISTS (
      SELECT 1 FROM deliveries AS earlier
      WHERE earlier.receiver = deliveries.receiver AND earlier.photo_id = deliveries.photo_id
        AND earlier.state = 'waiting' AND earlier.seq < deliveries.seq
    )`);

  function trim(maxWaiting: number, reason: string): number {
    let trimmed = 0;
    for (const row of selectWaiting.all()) {
      const { receiver, waiting } = waitingRow.parse(row);
      const surplus = waiting - maxWaiting;
      if (surplus <= 0) continue;
      updateTrimmed.run({ receiver, reason, surplus, now: clock.nowMs() });
      trimmed += surplus;
    }
    return trimmed;
  }

  function list({ state, receiver }: DeliveryFilter, maxRows: number) {
    const states = state === undefined ? DELIVERY_STATES : [state];
    const rows = states.flatMap((of) =>
      selectOfState.all({ state: of, receiver: receiver ?? null, maxRows }),
    );
    return rows
      .map((row) => readListed(row))
      .toSorted((a, b) => b.occurredAt.getTime() - a.occurredAt.getTime())
      .slice(0, maxRows);
  }

  function resend(ids: readonly string[] | null, only?: string): number {
    const receiver = only ?? null;
    const at = clock.nowMs();
    return transaction(database, () => {
      if (ids === null) return Number(updateAllSentAgain.run({ receiver, now: at }).changes);
      const results = ids.map((id) => updateSentAgain.run({ id, receiver, now: at }));
      return results.reduce((sum, { changes }) => sum + Number(changes), 0);
    });
  }

  function purge({ deliveredMs, othersMs, maxDelivered, maxFailed, maxRows }: OutboxLimits) {
    const deleted = DELIVERY_STATES.map((state) => {
      const ageMs = state === 'delivered' ? deliveredMs : othersMs;
      return deleteOld.run({ state, before: clock.nowMs() - ageMs, maxRows }).changes;
    });
    const surplus = Object.entries({ delivered: maxDelivered, failed: maxFailed }).map(
      ([state, maxKept]) => deleteSurplus.run({ state, maxKept, maxRows }).changes,
    );
    return [...deleted, ...surplus].reduce<number>((sum, changes) => sum + Number(changes), 0);
  }

  return {
    giveUp: (receiver, reason, unchangedMs) => {
      const at = clock.nowMs();
      const values = { receiver, reason, now: at, before: at - unchangedMs };
      return Number(updateGivenUp.run(values).changes);
    },
    unblock: () => Number(updateUnblocked.run({ now: clock.nowMs() }).changes),
    trim,
    backlog: () => readBacklog(selectBacklog.get({ now: now() })),
    list,
    resend,
    purge,
  };
}

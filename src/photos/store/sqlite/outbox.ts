import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { readDelivery } from '../outbox/delivery-row.ts';
import { BLOCKED_MS, type Delivery } from '../outbox/delivery.ts';
import type { Outcome } from '../outbox/outbox.ts';
import { createSqliteDisabledReceivers } from './disabled-receivers.ts';
import { createSqliteOutboxCare } from './outbox-care.ts';
import type { StoreClock } from './store-clock.ts';
import type { SyncOutbox } from './sync-store.ts';
import { transaction } from './transaction.ts';

const receiverRow = z.object({ receiver: z.string() });
const nextRow = z.object({ next_at: z.int().nullable() });

export interface SqliteOutboxOptions {
  readonly database: DatabaseSync;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly clock: StoreClock;
  readonly addExpired: SyncOutbox['addExpired'];
}

/** The webhooks of the store. What this process has taken is known to it alone: nobody else has the store. */
export function createSqliteOutbox(options: SqliteOutboxOptions): SyncOutbox {
  const { database, now, clock, addExpired } = options;
  // From one receiver to the next, past all that wait for it. The planner would choose a worse index.
  const selectReceiver = database.prepare(`
    SELECT receiver FROM deliveries INDEXED BY deliveries_due
    WHERE state = 'waiting' AND receiver > ? ORDER BY receiver LIMIT 1`);
  const selectFirst = database.prepare(`
    SELECT min(due_at) AS next_at FROM deliveries INDEXED BY deliveries_due
    WHERE state = 'waiting' AND receiver = ?`);
  const selectNext = database.prepare(`
    SELECT min(due_at) AS next_at FROM deliveries INDEXED BY deliveries_next
    WHERE state = 'waiting' AND due_at > ? AND due_at < ${BLOCKED_MS}`);
  const selectClaimed = database.prepare(`
    SELECT * FROM deliveries
    WHERE receiver = :receiver AND state = 'waiting' AND due_at <= :now AND NOT EXISTS (
      SELECT 1 FROM deliveries AS earlier
      WHERE earlier.receiver = deliveries.receiver AND earlier.photo_id = deliveries.photo_id
        AND earlier.state = 'waiting' AND earlier.seq < deliveries.seq
    )
    ORDER BY due_at, seq LIMIT :limit`);
  const updateDelivered = database.prepare(`
    UPDATE deliveries SET state = 'delivered', touched_at = :now WHERE id = :id AND state = 'waiting'`);
  const updateWaiting = database.prepare(`
    UPDATE deliveries
    SET attempts = attempts + 1, reason = :reason, due_at = :now + :delayMs, touched_at = :now
    WHERE id = :id AND state = 'waiting'`);
  const updateFailed = database.prepare(`
    UPDATE deliveries
    SET state = 'failed', attempts = attempts + 1, reason = :reason, touched_at = :now
    WHERE id = :id AND state = 'waiting'`);

  const updateLater = database.prepare(`
    UPDATE deliveries SET due_at = :now
    WHERE state = 'waiting' AND due_at = ${BLOCKED_MS} AND (receiver, photo_id) = (
      SELECT receiver, photo_id FROM deliveries WHERE id = :id
    )`);

  function due() {
    const at = clock.nowMs();
    const receivers: string[] = [];
    for (let row = selectReceiver.get(''); row !== undefined;) {
      const { receiver } = receiverRow.parse(row);
      const { next_at: firstAtMs } = nextRow.parse(selectFirst.get(receiver));
      if (firstAtMs !== null && firstAtMs <= at) receivers.push(receiver);
      row = selectReceiver.get(receiver);
    }
    const { next_at: nextAtMs } = nextRow.parse(selectNext.get(at));
    return { receivers, nextInMs: nextAtMs === null ? null : nextAtMs - at };
  }

  function claim(receiver: string, limit: number, held: ReadonlySet<string>): readonly Delivery[] {
    const rows = selectClaimed.all({ receiver, now: clock.nowMs(), limit: limit + held.size });
    const deliveries = rows.map((row) => readDelivery(row));
    return deliveries.filter(({ id }) => !held.has(id)).slice(0, limit);
  }

  function settle(id: string, outcome: Outcome) {
    const done = { id, now: clock.nowMs() };
    if (outcome.state === 'waiting') {
      updateWaiting.run({ ...done, reason: outcome.reason, delayMs: outcome.delayMs });
      return;
    }
    transaction(database, () => {
      if (outcome.state === 'delivered') updateDelivered.run(done);
      else updateFailed.run({ ...done, reason: outcome.reason });
      updateLater.run(done);
    });
  }

  return {
    ...createSqliteOutboxCare(database, now, clock),
    ...createSqliteDisabledReceivers(database),
    addExpired,
    due,
    claim,
    settle,
    release: () => undefined,
  };
}

import { z } from 'zod';
import { readDelivery } from '../outbox/delivery-row.ts';
import { BLOCKED_MS } from '../outbox/delivery.ts';
import type { Outbox, Outcome } from '../outbox/outbox.ts';
import type { Session } from './database.ts';
import { createPostgresDisabledReceivers } from './disabled-receivers.ts';
import { createPostgresOutboxCare, type OutboxCareOptions } from './outbox-care.ts';
import { sql } from './sql.ts';

export interface PostgresOutboxOptions extends OutboxCareOptions {
  readonly database: Session;
  /** The id of this gateway. */
  readonly node: string;
  readonly addExpired: Outbox['addExpired'];
}

const dueRow = z.object({ receivers: z.array(z.string()), next_in_ms: z.int().nullable() });

/**
 * The webhooks of a fleet. Each delivery that is taken belongs to one node, as long as that is alive. A
 * crash of the database may forget that one was delivered; then it is sent again.
 */
export function createPostgresOutbox(options: PostgresOutboxOptions): Pick<Outbox, keyof Outbox> {
  const { database, clock, node, addExpired } = options;

  async function due() {
    const at = clock.nowMs();
    const { rows } = await database.query(sql`
      -- From one receiver to the next, past all that wait for it.
      WITH RECURSIVE waiting (receiver) AS (
        (SELECT receiver FROM deliveries WHERE state = 'waiting' ORDER BY receiver LIMIT 1)
        UNION ALL
        SELECT (
          SELECT receiver FROM deliveries
          WHERE state = 'waiting' AND receiver > waiting.receiver ORDER BY receiver LIMIT 1
        )
        FROM waiting WHERE waiting.receiver IS NOT NULL
      )
      SELECT
        ARRAY(
          SELECT receiver FROM waiting
          WHERE receiver IS NOT NULL AND EXISTS (
            SELECT FROM deliveries
            WHERE deliveries.receiver = waiting.receiver AND state = 'waiting' AND due_at <= ${at}
          )
        ) AS receivers,
        (
          SELECT min(due_at) - ${at} FROM deliveries
          WHERE state = 'waiting' AND due_at > ${at} AND due_at < ${BLOCKED_MS}
        ) AS next_in_ms`);
    const { receivers, next_in_ms: nextInMs } = dueRow.parse(rows[0]);
    return { receivers, nextInMs };
  }

  async function claim(receiver: string, limit: number, held: ReadonlySet<string>) {
    const { rows } = await database.query(sql`
      UPDATE deliveries SET owner = ${node}
      WHERE state = 'waiting' AND seq IN (
        SELECT seq FROM deliveries AS mine
        WHERE receiver = ${receiver} AND state = 'waiting' AND due_at <= ${clock.nowMs()}
          AND NOT id = ANY(${[...held]})
          AND (owner IS NULL OR owner = ${node} OR NOT EXISTS (
            SELECT FROM nodes WHERE nodes.id = owner AND lease_until >= clock_timestamp()
          ))
          AND NOT EXISTS (
            SELECT FROM deliveries AS earlier
            WHERE earlier.receiver = mine.receiver AND earlier.photo_id = mine.photo_id
              AND earlier.state = 'waiting' AND earlier.seq < mine.seq
          )
        ORDER BY due_at, seq LIMIT ${limit} FOR UPDATE SKIP LOCKED
      )
      RETURNING *`);
    return rows
      .map(readDelivery)
      .toSorted((a, b) => a.occurredAt.getTime() - b.occurredAt.getTime());
  }

  async function settle(id: string, outcome: Outcome) {
    const at = clock.nowMs();
    const reason = outcome.state === 'delivered' ? null : outcome.reason;
    const delayMs = outcome.state === 'waiting' ? outcome.delayMs : 0;
    await database.query(sql`
      WITH settled AS (
      UPDATE deliveries
      SET state = ${outcome.state}, owner = NULL, touched_at = ${at}, due_at = ${at + delayMs},
        attempts = attempts + CASE WHEN ${reason === null}::boolean THEN 0 ELSE 1 END,
        reason = coalesce(${reason}::text, reason)
      WHERE id = ${id} AND state = 'waiting' AND owner = ${node}
      RETURNING receiver, photo_id, state
      )
      UPDATE deliveries SET due_at = ${at}
      FROM settled
      WHERE settled.state <> 'waiting' AND deliveries.receiver = settled.receiver
        AND deliveries.photo_id = settled.photo_id AND deliveries.state = 'waiting'
        AND deliveries.due_at = ${BLOCKED_MS}`);
  }

  async function release(id: string) {
    await database.query(sql`
      UPDATE deliveries SET owner = NULL WHERE id = ${id} AND owner = ${node}`);
  }

  return {
    ...createPostgresOutboxCare(options),
    ...createPostgresDisabledReceivers(database),
    addExpired,
    due,
    claim,
    settle,
    release,
  };
}

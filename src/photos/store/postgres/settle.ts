import { z } from 'zod';
import type { Session } from './database.ts';
import { sql, type Sql } from './sql.ts';
import type { StoreClock } from './store-clock.ts';

const nodeRow = z.object({ id: z.uuid() });

/** The nodes that own uploads or have a lease, and are not alive: a condition on `id` in `nodes`. */
const LAPSED = sql`nodes.lease_until < clock_timestamp()`;

/**
 * The nodes, other than `self`, whose lease has passed. Also those that own something and have no lease,
 * because a crash of the database has lost it.
 */
export function selectLapsed(self: string): Sql {
  return sql`
    SELECT id FROM nodes WHERE ${LAPSED} AND id <> ${self}
    UNION
    SELECT owner FROM attempts
    WHERE state IN ('running', 'sent') AND owner <> ${self}
      AND NOT EXISTS (SELECT FROM nodes WHERE id = owner)
    UNION
    SELECT node FROM open_uploads
    WHERE node <> ${self} AND NOT EXISTS (SELECT FROM nodes WHERE id = node)`;
}

/**
 * Takes those of these nodes for dead whose lease has passed, and settles what they left; see `Store`. A node
 * that is alive after all, and only was late, has lost its records with its lease: it finds that out before
 * it sends the end of a picture.
 */
export async function settleLapsed(
  session: Session,
  nodes: readonly string[],
  clock: StoreClock,
): Promise<void> {
  // Locked: a node that renews its lease at this moment either has renewed it, or waits and finds it gone.
  await session.query(sql`DELETE FROM nodes WHERE id = ANY(${nodes}) AND ${LAPSED}`);
  const { rows } = await session.query(sql`
    SELECT id FROM unnest(${nodes}::uuid[]) AS id
    WHERE NOT EXISTS (SELECT FROM nodes WHERE nodes.id = id.id)`);
  const dead = rows.map((row) => nodeRow.parse(row).id);
  if (dead.length > 0) await settle(session, dead, clock);
}

/** Settles what these nodes left, whatever their leases say. */
export async function settle(
  session: Session,
  nodes: readonly string[],
  clock: StoreClock,
): Promise<void> {
  // Also if the node died just before it took the upload from the allowance. Then the client has one more,
  // never one less.
  await session.query(sql`
    WITH unsent AS (
      DELETE FROM attempts WHERE owner = ANY(${nodes}) AND state = 'running'
      RETURNING client, period
    ), returned AS (
      SELECT client, period, count(*) AS uploads FROM unsent
      WHERE period IS NOT NULL GROUP BY client, period
    )
    UPDATE allowances SET taken = greatest(0, taken - returned.uploads)
    FROM returned
    WHERE allowances.client = returned.client AND allowances.period = returned.period`);
  // The time of its end is unknown, so the latest possible one is used: this moment if its node is dead, and
  // `ends_by` if that only cannot reach the database, and goes on with the upload.
  await session.query(sql`
    UPDATE attempts SET state = 'unknown', ended_at = ${clock.nowMs()}
    WHERE owner = ANY(${nodes}) AND state = 'sent'`);
  // If they were charged, that shows in the account as unexplained: nobody is told "nothing was charged".
  await session.query(sql`DELETE FROM open_uploads WHERE node = ANY(${nodes})`);
}

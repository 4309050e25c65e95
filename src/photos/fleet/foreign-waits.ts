import { z } from 'zod';
import type { Session } from '../store/postgres/database.ts';
import { sql } from '../store/postgres/sql.ts';
import { CHANNEL } from './messages.ts';

/**
 * Which nodes have clients that wait for ids which they did not upload. What a node has noted counts
 * while it lives.
 */
export interface ForeignWaits {
  /** Notes that this node has such clients. */
  note(waits: readonly ForeignWait[]): Promise<void>;
  /** Notes that this node has none any more, and tells the node that polls. */
  forget(ids: readonly string[]): Promise<void>;
  /** The rate limit key of a node's client that waits; null if nobody does. */
  holder(id: string): Promise<string | null>;
  /** Forgets what dead nodes noted, and tells the nodes that poll. */
  forgetDead(): Promise<void>;
}

export interface ForeignWait {
  readonly id: string;
  readonly rateLimitKey: string;
}

const held = z.array(z.object({ rate_limit_key: z.string() }));

/** @param node the id of this node in the table of nodes. */
export function createForeignWaits(database: Session, node: string): ForeignWaits {
  async function note(waits: readonly ForeignWait[]): Promise<void> {
    const ids = waits.map(({ id }) => id);
    const keys = waits.map(({ rateLimitKey }) => rateLimitKey);
    await database.query(sql`
      INSERT INTO foreign_waits (photo_id, node, rate_limit_key)
      SELECT DISTINCT ON (id) id, ${node}::uuid, key
      FROM unnest(${ids}::text[], ${keys}::text[]) AS wait (id, key)
      ON CONFLICT DO NOTHING`);
  }

  async function forget(ids: readonly string[]): Promise<void> {
    await database.query(sql`
      WITH gone AS (
        DELETE FROM foreign_waits WHERE photo_id = ANY(${ids}::text[]) AND node = ${node}::uuid
        RETURNING photo_id
      )
      SELECT pg_notify(${CHANNEL}, json_build_object('kind', 'unwanted', 'id', photo_id)::text)
      FROM gone`);
  }

  async function holder(id: string): Promise<string | null> {
    const { rows } = await database.query(sql`
      SELECT rate_limit_key FROM foreign_waits JOIN nodes ON nodes.id = node
      WHERE photo_id = ${id} AND lease_until > now() LIMIT 1`);
    return held.parse(rows)[0]?.rate_limit_key ?? null;
  }

  async function forgetDead(): Promise<void> {
    await database.query(sql`
      WITH gone AS (
        DELETE FROM foreign_waits
        WHERE NOT EXISTS (SELECT FROM nodes WHERE nodes.id = node AND lease_until > now())
        RETURNING photo_id
      )
      SELECT pg_notify(${CHANNEL}, json_build_object('kind', 'unwanted', 'id', photo_id)::text)
      FROM gone`);
  }

  return { note, forget, holder, forgetDead };
}

import { z } from 'zod';
import type { IdempotencyRecord, AccountSnapshot } from './store.ts';

const underWayRow = z
  .object({
    fingerprint: z.string(),
    state: z.enum(['running', 'sent']),
    /** Only a store that several gateways share has it. */
    elsewhere: z.boolean().default(false),
  })
  .transform(({ fingerprint, elsewhere }): IdempotencyRecord => ({
    fingerprint,
    state: 'running',
    elsewhere,
  }));

const unknownRow = z
  .object({
    fingerprint: z.string(),
    state: z.literal('unknown'),
    attempt: z.string(),
    remaining: z.int().nullable(),
    completed_uploads: z.int().nullable(),
    ended_ago_ms: z.number(),
    period: z.string().nullable(),
  })
  .transform((row): IdempotencyRecord => ({
    fingerprint: row.fingerprint,
    state: row.state,
    attempt: row.attempt,
    snapshot: snapshotOf(row.remaining, row.completed_uploads),
    endedAgoMs: row.ended_ago_ms,
    period: row.period,
  }));

const succeededRow = z
  .object({
    fingerprint: z.string(),
    state: z.literal('succeeded'),
    photo_id: z.string(),
    content_hash: z.string().nullable(),
  })
  .transform((row): IdempotencyRecord => ({
    fingerprint: row.fingerprint,
    state: row.state,
    photoId: row.photo_id,
    contentHash: row.content_hash,
  }));

const recordRow = z.union([underWayRow, unknownRow, succeededRow]);

/** Reads a row of `attempts` of any database, with `ended_ago_ms` and `attempt` beside its columns. */
export function readIdempotencyRecord(row: unknown): IdempotencyRecord {
  return recordRow.parse(row);
}

function snapshotOf(
  remaining: number | null,
  completedUploads: number | null,
): AccountSnapshot | null {
  return remaining === null || completedUploads === null ? null : { remaining, completedUploads };
}

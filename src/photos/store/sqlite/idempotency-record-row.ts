import { z } from 'zod';
import type { Attempt, Balance } from '../store.ts';

const underWayRow = z
  .object({ fingerprint: z.string(), state: z.enum(['running', 'sent']) })
  .transform(({ fingerprint }): Attempt => ({ fingerprint, state: 'running' }));

const unknownRow = z
  .object({
    fingerprint: z.string(),
    state: z.literal('unknown'),
    remaining: z.int().nullable(),
    completed_uploads: z.int().nullable(),
    ended_ago_ms: z.number(),
    period: z.string().nullable(),
  })
  .transform((row): Attempt => ({
    fingerprint: row.fingerprint,
    state: row.state,
    balance: balanceOf(row.remaining, row.completed_uploads),
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
  .transform((row): Attempt => ({
    fingerprint: row.fingerprint,
    state: row.state,
    photoId: row.photo_id,
    contentHash: row.content_hash,
  }));

const attemptRow = z.union([underWayRow, unknownRow, succeededRow]);

/** Reads a row of `attempts`, with `ended_ago_ms` beside its columns. */
export function readAttempt(row: unknown): Attempt {
  return attemptRow.parse(row);
}

function balanceOf(remaining: number | null, completedUploads: number | null): Balance | null {
  return remaining === null || completedUploads === null ? null : { remaining, completedUploads };
}

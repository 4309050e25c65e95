import { z } from 'zod';
import { readIdempotencyRecord } from '../idempotency-record-row.ts';
import { RecordLostError } from '../record-lost-error.ts';
import type { IdempotencyRecord, IdempotencyRecordKey, Store } from '../store.ts';
import type { Database } from './database.ts';
import type { Lease } from './lease.ts';
import { sql } from './sql.ts';
import type { StoreClock } from './store-clock.ts';

/** The part of the store that holds the idempotency records. */
export type PostgresIdempotencyRecords = Pick<
  Store,
  | 'findIdempotencyRecord'
  | 'beginIdempotencyRecord'
  | 'markIdempotencyRecordSent'
  | 'markIdempotencyRecordUnknown'
  | 'releaseIdempotencyRecord'
  | 'ruleOutIdempotencyRecord'
>;

export interface PostgresIdempotencyRecordsOptions {
  readonly database: Database;
  readonly clock: StoreClock;
  readonly lease: Lease;
  /** How long an upload may go on after it was marked as sent, in milliseconds. */
  readonly uploadTimeoutMs: number;
}

const foundRow = z.object({ owner: z.uuid(), abandoned: z.boolean() });

export function createPostgresIdempotencyRecords(
  options: PostgresIdempotencyRecordsOptions,
): PostgresIdempotencyRecords {
  const { database, clock, lease, uploadTimeoutMs } = options;

  async function find(recordKey: IdempotencyRecordKey): Promise<IdempotencyRecord | null> {
    const { client, key } = recordKey;
    const nowMs = clock.nowMs();
    const { rows } = await database.query(sql`
      SELECT *, CASE
          WHEN ends_by > ${nowMs} THEN ${nowMs} - ends_by
          ELSE greatest(0, ${nowMs} - greatest(ended_at, ends_by))
        END AS ended_ago_ms,
        owner <> ${lease.node} AS elsewhere,
        owner <> ${lease.node} AND state IN ('running', 'sent') AND NOT EXISTS (
          SELECT FROM nodes WHERE id = owner AND lease_until >= clock_timestamp()
        ) AS abandoned
      FROM attempts WHERE client = ${client} AND key = ${storedKey(key)}`);
    if (rows.length === 0) return null;
    const { owner, abandoned } = foundRow.parse(rows[0]);
    if (abandoned && (await lease.settle(owner))) return find(recordKey);
    return readIdempotencyRecord(rows[0]);
  }

  async function begin(
    recordKey: IdempotencyRecordKey,
    { fingerprint, period }: Parameters<Store['beginIdempotencyRecord']>[1],
  ): Promise<IdempotencyRecord | null> {
    const { client, key } = recordKey;
    for (;;) {
      // Not durable by itself: `markSent` makes it so, and fails if it was lost.
      const { count } = await database.query(sql`
        INSERT INTO attempts (client, key, attempt, fingerprint, period, owner, begun_at, state)
        VALUES (${client}, ${storedKey(key)}, ${crypto.randomUUID()}, ${fingerprint}, ${period},
          ${lease.node}, ${clock.nowMs()}, 'running')
        ON CONFLICT (client, key) DO NOTHING`);
      if (count === 1) return null;
      const earlier = await find(recordKey);
      if (earlier !== null) return earlier;
    }
  }

  async function markSent(
    { client, key }: IdempotencyRecordKey,
    snapshot: Parameters<Store['markIdempotencyRecordSent']>[1],
  ) {
    const askedAtMs = performance.now();
    const { count } = await database.durably(sql`
      UPDATE attempts
      SET state = 'sent', remaining = ${snapshot?.remaining ?? null},
        completed_uploads = ${snapshot?.completedUploads ?? null},
        ends_by = ${clock.nowMs() + uploadTimeoutMs}
      WHERE client = ${client} AND key = ${storedKey(key)} AND owner = ${lease.node}
        AND state IN ('running', 'sent')`);
    // If it were sent all the same, it could be charged, and nothing would tell so after a crash; or
    // another node, which took this one for dead, could send it too.
    if (count !== 1)
      throw new RecordLostError(
        'The idempotency record to be marked as sent is not running',
        'settled',
      );
    // Another node may have settled it since: a stopped process does not notice how long it stood still.
    if (performance.now() - askedAtMs > lease.leaseMs)
      throw new RecordLostError('The idempotency record was marked as sent too late', 'late');
  }

  async function markUnknown({ client, key }: IdempotencyRecordKey) {
    await database.durably(sql`
      UPDATE attempts SET state = 'unknown', ended_at = ${clock.nowMs()}, ends_by = NULL
      WHERE client = ${client} AND key = ${storedKey(key)} AND owner = ${lease.node}
        AND state IN ('running', 'sent')`);
  }

  async function release({ client, key }: IdempotencyRecordKey) {
    await database.durably(sql`
      DELETE FROM attempts
      WHERE client = ${client} AND key = ${storedKey(key)} AND owner = ${lease.node}
        AND state <> 'succeeded'`);
  }

  async function ruleOut({ client, key }: IdempotencyRecordKey, attempt: string) {
    const { count } = await database.durably(sql`
      DELETE FROM attempts
      WHERE client = ${client} AND key = ${storedKey(key)} AND attempt = ${attempt}
        AND state = 'unknown'`);
    return count === 1;
  }

  return {
    findIdempotencyRecord: find,
    beginIdempotencyRecord: begin,
    markIdempotencyRecordSent: markSent,
    markIdempotencyRecordUnknown: markUnknown,
    releaseIdempotencyRecord: release,
    ruleOutIdempotencyRecord: ruleOut,
  };
}

/** A key as PostgreSQL can store it: no text there has a NUL. */
export function storedKey<Key extends string | undefined>(
  key: Key,
): Key extends string ? string : null;
export function storedKey(key: string | undefined): string | null {
  return key?.replaceAll('\\', '\\\\').replaceAll('\0', '\\0') ?? null;
}

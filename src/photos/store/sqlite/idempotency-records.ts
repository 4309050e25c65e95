import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import type {
  AccountSnapshot,
  IdempotencyRecord,
  IdempotencyRecordKey,
  NewIdempotencyRecord,
} from '../store.ts';
import { readIdempotencyRecord } from '../idempotency-record-row.ts';
import type { StoreClock } from './store-clock.ts';
import type { SyncStore } from './sync-store.ts';
import { transaction } from './transaction.ts';

/** The part of the store that holds the idempotency records. */
export interface SqliteIdempotencyRecords extends Pick<
  SyncStore,
  | 'findIdempotencyRecord'
  | 'beginIdempotencyRecord'
  | 'markIdempotencyRecordSent'
  | 'markIdempotencyRecordUnknown'
  | 'releaseIdempotencyRecord'
  | 'ruleOutIdempotencyRecord'
> {
  /** Settles the records that a process left when it died; see `Store`. */
  settle(): void;
}

const unsentRow = z.object({ client: z.string(), period: z.string().nullable() });

export function createSqliteIdempotencyRecords(
  database: DatabaseSync,
  clock: StoreClock,
): SqliteIdempotencyRecords {
  const insertRecord = database.prepare(`
    INSERT INTO attempts (client, key, fingerprint, period, begun_at, state)
    VALUES (:client, :key, :fingerprint, :period, :begunAt, 'running')
    ON CONFLICT (client, key) DO NOTHING`);
  const selectRecord = database.prepare(`
    SELECT *, max(0, :now - coalesce(ended_at, :now)) AS ended_ago_ms,
      CAST(begun_at AS TEXT) AS attempt
    FROM attempts WHERE client = :client AND key = :key`);
  const updateSent = database.prepare(`
    UPDATE attempts
    SET state = 'sent', remaining = :remaining, completed_uploads = :completedUploads
    WHERE client = :client AND key = :key AND state IN ('running', 'sent')`);
  const updateUnknown = database.prepare(`
    UPDATE attempts SET state = 'unknown', ended_at = :endedAt
    WHERE client = :client AND key = :key AND state IN ('running', 'sent')`);
  const deleteRecord = database.prepare(`
    DELETE FROM attempts WHERE client = :client AND key = :key AND state <> 'succeeded'`);
  const deleteUnknown = database.prepare(`
    DELETE FROM attempts
    WHERE client = :client AND key = :key AND state = 'unknown'
      AND begun_at = CAST(:attempt AS INTEGER)`);
  // The index holds running records only. SQLite uses it only if its own condition is repeated here.
  const deleteUnsent = database.prepare(`
    DELETE FROM attempts WHERE state IN ('running', 'sent') AND state = 'running'
    RETURNING client, period`);
  const updateReturned = database.prepare(`
    UPDATE allowances SET taken = taken - 1
    WHERE client = :client AND period = :period AND taken > 0`);
  const updateLost = database.prepare(`
    UPDATE attempts SET state = 'unknown', ended_at = :endedAt
    WHERE state IN ('running', 'sent') AND state = 'sent'`);

  function findIdempotencyRecord({ client, key }: IdempotencyRecordKey): IdempotencyRecord | null {
    const row = selectRecord.get({ client, key, now: clock.nowMs() });
    return row === undefined ? null : readIdempotencyRecord(row);
  }

  function beginIdempotencyRecord(
    { client, key }: IdempotencyRecordKey,
    begun: NewIdempotencyRecord,
  ): IdempotencyRecord | null {
    const { fingerprint, period } = begun;
    const now = clock.nowMs();
    const { changes } = insertRecord.run({ client, key, fingerprint, period, begunAt: now });
    return Number(changes) === 1
      ? null
      : readIdempotencyRecord(selectRecord.get({ client, key, now }));
  }

  function markIdempotencyRecordSent(
    { client, key }: IdempotencyRecordKey,
    snapshot: AccountSnapshot | null,
  ) {
    const { changes } = updateSent.run({
      client,
      key,
      remaining: snapshot?.remaining ?? null,
      completedUploads: snapshot?.completedUploads ?? null,
    });
    // If it were sent all the same, it could be charged, and nothing would tell so after a crash.
    if (Number(changes) !== 1)
      throw new Error('The idempotency record to be marked as sent is not running');
  }

  function markIdempotencyRecordUnknown({ client, key }: IdempotencyRecordKey) {
    updateUnknown.run({ client, key, endedAt: clock.nowMs() });
  }

  function releaseIdempotencyRecord({ client, key }: IdempotencyRecordKey) {
    deleteRecord.run({ client, key });
  }

  function ruleOutIdempotencyRecord({ client, key }: IdempotencyRecordKey, attempt: string) {
    return Number(deleteUnknown.run({ client, key, attempt }).changes) === 1;
  }

  function settle() {
    transaction(database, () => {
      for (const row of deleteUnsent.all()) {
        const { client, period } = unsentRow.parse(row);
        // Also if the process died just before it took the upload from the allowance. Then the client
        // has one more, never one less.
        if (period !== null) updateReturned.run({ client, period });
      }
      // The time of its end is unknown, so the latest possible one is used.
      updateLost.run({ endedAt: clock.nowMs() });
    });
  }

  return {
    findIdempotencyRecord,
    beginIdempotencyRecord,
    markIdempotencyRecordSent,
    markIdempotencyRecordUnknown,
    releaseIdempotencyRecord,
    ruleOutIdempotencyRecord,
    settle,
  };
}

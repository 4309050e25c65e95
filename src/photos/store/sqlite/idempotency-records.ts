import type { DatabaseSync } from 'node:sqlite';
import { readAttempt } from './idempotency-record-row.ts';
import type { StoreClock } from './store-clock.ts';
import type { Attempt, AttemptKey, Balance, BegunAttempt } from '../store.ts';
import type { SyncStore } from './sync-store.ts';
import { transaction } from './transaction.ts';

/** The part of the store that knows which key stands for which upload. */
export interface SqliteAttempts extends Pick<
  SyncStore,
  'attempt' | 'beginAttempt' | 'markSent' | 'markUnknown' | 'releaseAttempt'
> {
  /** Settles what a process left that has died. */
  settle(): void;
}

export function createSqliteAttempts(database: DatabaseSync, clock: StoreClock): SqliteAttempts {
  const insertAttempt = database.prepare(`
    INSERT INTO attempts (client, key, fingerprint, period, begun_at, state)
    VALUES (:client, :key, :fingerprint, :period, :begunAt, 'running')
    ON CONFLICT (client, key) DO NOTHING`);
  const selectAttempt = database.prepare(`
    SELECT *, max(0, :now - coalesce(ended_at, :now)) AS ended_ago_ms
    FROM attempts WHERE client = :client AND key = :key`);
  const updateSent = database.prepare(`
    UPDATE attempts
    SET state = 'sent', remaining = :remaining, completed_uploads = :completedUploads
    WHERE client = :client AND key = :key AND state IN ('running', 'sent')`);
  const updateUnknown = database.prepare(`
    UPDATE attempts SET state = 'unknown', ended_at = :endedAt
    WHERE client = :client AND key = :key AND state IN ('running', 'sent')`);
  const deleteAttempt = database.prepare(`
    DELETE FROM attempts WHERE client = :client AND key = :key AND state <> 'succeeded'`);
  // The index holds attempts under way only, and is used where its own condition is repeated.
  const deleteUnsent = database.prepare(`
    DELETE FROM attempts WHERE state IN ('running', 'sent') AND state = 'running'`);
  const updateLost = database.prepare(`
    UPDATE attempts SET state = 'unknown', ended_at = :endedAt
    WHERE state IN ('running', 'sent') AND state = 'sent'`);

  function attempt({ client, key }: AttemptKey): Attempt | null {
    const row = selectAttempt.get({ client, key, now: clock.nowMs() });
    return row === undefined ? null : readAttempt(row);
  }

  function beginAttempt({ client, key }: AttemptKey, begun: BegunAttempt): Attempt | null {
    const { fingerprint, period } = begun;
    const now = clock.nowMs();
    const { changes } = insertAttempt.run({ client, key, fingerprint, period, begunAt: now });
    return Number(changes) === 1 ? null : readAttempt(selectAttempt.get({ client, key, now }));
  }

  function markSent({ client, key }: AttemptKey, balance: Balance | null) {
    const { changes } = updateSent.run({
      client,
      key,
      remaining: balance?.remaining ?? null,
      completedUploads: balance?.completedUploads ?? null,
    });
    // Sent all the same, it could be charged with nothing that tells so after a crash.
    if (Number(changes) !== 1) throw new Error('The attempt to be marked as sent is not under way');
  }

  function markUnknown({ client, key }: AttemptKey) {
    updateUnknown.run({ client, key, endedAt: clock.nowMs() });
  }

  function releaseAttempt({ client, key }: AttemptKey) {
    deleteAttempt.run({ client, key });
  }

  function settle() {
    transaction(database, () => {
      deleteUnsent.run();
      // When it ended is not known: this late at the latest.
      updateLost.run({ endedAt: clock.nowMs() });
    });
  }

  return { attempt, beginAttempt, markSent, markUnknown, releaseAttempt, settle };
}

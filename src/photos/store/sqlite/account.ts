import type { AccountSnapshot } from '../store.ts';
import type { SyncStore } from './sync-store.ts';

/**
 * The part of the store that knows what the quota is compared with. It is in memory: only this process has
 * the store, and what an earlier one left open has been settled.
 */
export interface SqliteAccount extends Pick<
  SyncStore,
  'openUpload' | 'closeUpload' | 'account' | 'takeSnapshot'
> {
  /** Notes that the upload has succeeded, and closes it. */
  succeeded(opened: string | undefined): void;
}

/** @param steadyNow milliseconds of a monotonic clock. */
export function createSqliteAccount(
  completedUploads: () => number,
  steadyNow: () => number,
): SqliteAccount {
  const open = new Set<string>();
  let startedUploads = 0;
  let snapshot: AccountSnapshot | null = null;
  // Successes of an earlier process are unknown, so one is assumed now.
  let succeededAtMs = steadyNow();

  function openUpload(): string {
    startedUploads += 1;
    const opened = String(startedUploads);
    open.add(opened);
    return opened;
  }

  return {
    openUpload,
    closeUpload: (opened) => void open.delete(opened),
    account: () => ({
      runningUploads: open.size,
      startedUploads,
      completedUploads: completedUploads(),
      succeededAgoMs: steadyNow() - succeededAtMs,
      snapshot,
    }),
    takeSnapshot(remaining, started) {
      if (open.size === 0 && startedUploads === started)
        snapshot = { remaining, completedUploads: completedUploads() };
      return snapshot;
    },
    succeeded(opened) {
      succeededAtMs = steadyNow();
      if (opened !== undefined) open.delete(opened);
    },
  };
}

import { bounded } from '../../common/bounded.ts';
import { GatewayError } from '../../common/errors.ts';
import type { Provider, ProviderQuota } from '../../provider/provider.ts';
import type { AccountSnapshot, Store } from '../store/store.ts';

/**
 * What the account shows about an upload whose outcome is unknown.
 * - `free`: of all uploads sent since, only those known to have succeeded were charged.
 * - `undecided`: it depends on which of the uploads that run now, or succeeded a moment ago, are
 *   included in the quota already.
 * - `unexplained`: something else was charged, or uploads were bought, or there is no snapshot to
 *   compare with.
 */
export type Verdict = 'free' | 'undecided' | 'unexplained';

/** Finds out from the account's quota whether an upload was charged. */
export interface ChargeReconciler {
  /** The account's quota, as the provider reports it. */
  quota(signal?: AbortSignal): Promise<ProviderQuota>;
  /**
   * Rejects an upload that cannot succeed. Asks the provider only if the last known quota was
   * empty, because uploads may have been bought since.
   * @throws `QUOTA_EXHAUSTED`
   */
  requireQuota(): Promise<void>;
  /** Notes the error of a failed upload, which may say that the quota is empty. */
  noteFailure(error: unknown): void;
  /**
   * The account at a moment when no upload was open. It is taken now, if no upload is open and the
   * provider answers in time; else it is the last one taken. Null if there was never one.
   */
  snapshot(): Promise<AccountSnapshot | null>;
  /**
   * Compares the account now with `snapshot`, for an upload that began after the snapshot was
   * taken. The upload must have ended so long ago that it is charged by now if it ever will be.
   *
   * A successful upload may also be charged up to `settleMs` after its answer. If counted before it
   * is charged, it masks another upload's charge. So the verdict is not `free` if other
   * uploads succeeded since the snapshot and the last success is less than `settleMs` ago. While
   * uploads succeed all the time, the verdict stays `undecided` until they pause for that long: the
   * client waits, and nobody pays twice.
   * @throws what `quota` throws, if the provider does not tell the quota.
   */
  compare(snapshot: AccountSnapshot | null): Promise<Verdict>;
}

export interface ChargeReconcilerOptions {
  readonly provider: Pick<Provider, 'quota' | 'quotaNow'>;
  readonly store: Pick<Store, 'account' | 'takeSnapshot'>;
  /** How long after its answer an upload may still be charged, in milliseconds. */
  readonly settleMs: number;
  /** Ends all waiting. */
  readonly closing: AbortSignal;
  /** Whether no other gateway uploads with this account. @default true */
  readonly alone?: boolean;
  /** Longest wait of an upload for its account snapshot, in milliseconds. @default 1000 */
  readonly snapshotTimeoutMs?: number;
}

export function createChargeReconciler(options: ChargeReconcilerOptions): ChargeReconciler {
  const { provider, store, settleMs, closing, alone = true, snapshotTimeoutMs = 1000 } = options;
  let nothingLeft = false;

  async function quota(signal?: AbortSignal): Promise<ProviderQuota> {
    const answer = await provider.quota(signal);
    nothingLeft = answer.remaining <= 0;
    return answer;
  }

  async function requireQuota(): Promise<void> {
    if (!nothingLeft) return;
    // If the provider does not tell the quota, the upload is sent: a rejected one costs nothing.
    await quota().catch(() => (nothingLeft = false));
    if (nothingLeft) {
      throw new GatewayError(
        'QUOTA_EXHAUSTED',
        "No uploads are left: the gateway's operator must buy more from the provider.",
      );
    }
  }

  function noteFailure(error: unknown) {
    if (error instanceof GatewayError && error.code === 'QUOTA_EXHAUSTED') nothingLeft = true;
  }

  async function snapshot(): Promise<AccountSnapshot | null> {
    const before = await store.account();
    // An open upload may be in the quota without being counted as completed. It would be counted
    // later, and so hide the charge of another.
    if (before.runningUploads > 0) return before.snapshot;
    try {
      const { remaining } = await bounded(
        { signals: [closing], timeoutMs: snapshotTimeoutMs, timeoutError: tookTooLong },
        // A known quota, or one being asked for, may be older than an upload that another gateway made.
        alone ? quota : provider.quotaNow,
      );
      return await store.takeSnapshot(remaining, before.startedUploads);
    } catch {
      // An older snapshot serves as well. It only covers more uploads.
      return before.snapshot;
    }
  }

  async function compare(before: AccountSnapshot | null): Promise<Verdict> {
    if (before === null) return 'unexplained';
    // Counted before the provider is asked: the uploads counted are in the quota by then, so no
    // upload that completes meanwhile can hide the charge of another.
    const then = await store.account();
    const completed = then.completedUploads - before.completedUploads;
    // Earlier successes are charged by the time the quota is read.
    const settling = then.succeededAgoMs < settleMs ? completed : 0;
    // Not a cached quota: the upload may not have been charged when that was read.
    const { remaining } = await provider.quotaNow(closing);
    const unexplained = before.remaining - remaining - completed;
    if (unexplained === 0 && settling === 0) return 'free';
    const { startedUploads } = await store.account();
    const openMeanwhile = then.runningUploads + startedUploads - then.startedUploads;
    return unexplained >= -settling && unexplained <= openMeanwhile ? 'undecided' : 'unexplained';
  }

  return { quota, requireQuota, noteFailure, snapshot, compare };
}

function tookTooLong() {
  return new Error('The provider did not tell the quota in time');
}

import { bounded } from '../../common/bounded.ts';
import { GatewayError } from '../../common/errors.ts';
import type { Provider, ProviderQuota } from '../../provider/provider.ts';
import type { AccountSnapshot, Store } from '../store/store.ts';

/**
 * What the account shows of uploads whose outcome is not known. `free`: of all that was sent since, only
 * uploads that are known to have succeeded were charged. `undecided`: uploads that run now may be what was
 * charged beside those. `unexplained`: something else was charged, or uploads were bought, or nothing is known
 * to compare with.
 */
export type Verdict = 'free' | 'undecided' | 'unexplained';

/** Finds out by the account's quota what an upload has cost. */
export interface ChargeReconciler {
  /** What is left to spend, as the provider says. */
  quota(signal?: AbortSignal): Promise<ProviderQuota>;
  /**
   * Spares an upload that cannot succeed. Asks the provider only where nothing was left when it was last
   * heard of: uploads may have been bought since. @throws `QUOTA_EXHAUSTED`
   */
  requireQuota(): Promise<void>;
  /** Takes note of a failed upload, which may have told that nothing is left. */
  heardOf(error: unknown): void;
  /**
   * What was in the account when no upload was open: now, where none is and the provider says so soon, or else
   * when that was found last. Null where it never was.
   */
  snapshot(): Promise<AccountSnapshot | null>;
  /**
   * From here on until it is disposed of, an upload is open: to be called before its first byte goes out, and
   * disposed of once its success is stored, or it has failed.
   */
  open(): Disposable;
  /**
   * What the account shows now of an upload that began after `balance` was found, and that ended so long ago
   * that it is charged by now if it ever will be.
   * @throws what `quota` throws, where the provider does not say.
   */
  compare(snapshot: AccountSnapshot | null): Promise<Verdict>;
}

export interface ChargeReconcilerOptions {
  readonly provider: Pick<Provider, 'quota' | 'quotaNow'>;
  readonly store: Pick<Store, 'completedUploads'>;
  /** Ends all waiting. */
  readonly closing: AbortSignal;
  /** Longest time for which an upload waits for its balance. @default 1000 */
  readonly snapshotTimeoutMs?: number;
}

export function createChargeReconciler(options: ChargeReconcilerOptions): ChargeReconciler {
  const { provider, store, closing, snapshotTimeoutMs = 1000 } = options;
  let nothingLeft = false;
  let openUploads = 0;
  let openedUploads = 0;
  let lastSnapshot: AccountSnapshot | null = null;

  async function quota(signal?: AbortSignal): Promise<ProviderQuota> {
    const answer = await provider.quota(signal);
    nothingLeft = answer.remaining <= 0;
    return answer;
  }

  async function requireQuota(): Promise<void> {
    if (!nothingLeft) return;
    // Where it does not say, the upload asks: a refused one costs nothing.
    await quota().catch(() => (nothingLeft = false));
    if (nothingLeft) {
      throw new GatewayError(
        'QUOTA_EXHAUSTED',
        "No uploads are left: the gateway's operator must buy more from the provider.",
      );
    }
  }

  function heardOf(error: unknown) {
    if (error instanceof GatewayError && error.code === 'QUOTA_EXHAUSTED') nothingLeft = true;
  }

  async function snapshot(): Promise<AccountSnapshot | null> {
    if (openUploads > 0) return lastSnapshot;
    try {
      const { remaining } = await bounded(
        { signals: [closing], timeoutMs: snapshotTimeoutMs, timeoutError: tookTooLong },
        quota,
      );
      // One that is open may be in the figure without being counted as completed; later it would be counted,
      // and so hide another's charge.
      if (openUploads > 0) return lastSnapshot;
      lastSnapshot = { remaining, completedUploads: await store.completedUploads() };
    } catch {
      // An older balance tells the same, of more uploads.
    }
    return lastSnapshot;
  }

  function open(): Disposable {
    openUploads += 1;
    openedUploads += 1;
    return { [Symbol.dispose]: () => (openUploads -= 1) };
  }

  async function compare(before: AccountSnapshot | null): Promise<Verdict> {
    if (before === null) return 'unexplained';
    // Counted before the provider is asked: what is counted is in the figure by then, so that no upload that
    // completes meanwhile can hide another's charge.
    const openBefore = openUploads - openedUploads;
    const completedUploads = await store.completedUploads();
    // Not a figure of a moment ago, when it may not have been charged yet.
    const { remaining } = await provider.quotaNow(closing);
    const charged = before.remaining - remaining;
    const unexplained = charged - (completedUploads - before.completedUploads);
    if (unexplained === 0) return 'free';
    const openMeanwhile = openBefore + openedUploads;
    return unexplained > 0 && unexplained <= openMeanwhile ? 'undecided' : 'unexplained';
  }

  return { quota, requireQuota, heardOf, snapshot, open, compare };
}

function tookTooLong() {
  return new Error('The provider did not tell the quota in time');
}

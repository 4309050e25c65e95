import { bounded } from '../../common/bounded.ts';
import { GatewayError } from '../../common/errors.ts';
import type { Provider, ProviderQuota } from '../../provider/provider.ts';
import type { AccountSnapshot, Store } from '../store/store.ts';

/**
 * What the account shows of uploads whose outcome is not known. `free`: of all that was sent since, only
 * uploads that are known to have succeeded were charged. `undecided`: that depends on which of the uploads that run
 * now, or succeeded a moment ago, are in the figure yet. `unexplained`: something else was charged, or uploads were
 * bought, or nothing is known to compare with.
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
  open(): OpenUpload;
  /**
   * What the account shows now of an upload that began after `balance` was found, and that ended so long ago
   * that it is charged by now if it ever will be.
   *
   * One that succeeded may be charged up to `settleMs` after its answer too: counted before it is charged, it would
   * hide the charge of another. So nothing is `free` that another upload succeeded after, while the last of those is
   * as recent as that. Where uploads succeed all the time it stays `undecided` until they pause for so long: whoever
   * asks waits, and nobody pays twice.
   * @throws what `quota` throws, where the provider does not say.
   */
  compare(snapshot: AccountSnapshot | null): Promise<Verdict>;
}

export interface OpenUpload extends Disposable {
  /** Takes note that the provider has accepted it; to be called before its success is stored. */
  succeeded(): void;
}

export interface ChargeReconcilerOptions {
  readonly provider: Pick<Provider, 'quota' | 'quotaNow'>;
  readonly store: Pick<Store, 'completedUploads'>;
  /** How long after its answer an upload may still be charged, in milliseconds. */
  readonly settleMs: number;
  /** Ends all waiting. */
  readonly closing: AbortSignal;
  /** Longest time for which an upload waits for its balance. @default 1000 */
  readonly snapshotTimeoutMs?: number;
}

export function createChargeReconciler(options: ChargeReconcilerOptions): ChargeReconciler {
  const { provider, store, settleMs, closing, snapshotTimeoutMs = 1000 } = options;
  let nothingLeft = false;
  let openUploads = 0;
  let openedUploads = 0;
  let lastSnapshot: AccountSnapshot | null = null;
  // Of an earlier process nobody knows.
  let lastSuccessAtMs = performance.now();

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

  function open(): OpenUpload {
    openUploads += 1;
    openedUploads += 1;
    return {
      succeeded: () => void (lastSuccessAtMs = performance.now()),
      [Symbol.dispose]: () => (openUploads -= 1),
    };
  }

  async function compare(before: AccountSnapshot | null): Promise<Verdict> {
    if (before === null) return 'unexplained';
    // Counted before the provider is asked: what is counted is in the figure by then, so that no upload that
    // completes meanwhile can hide another's charge.
    const openBefore = openUploads - openedUploads;
    const completed = (await store.completedUploads()) - before.completedUploads;
    // What succeeded earlier is charged by the time of the figure.
    const settling = performance.now() - lastSuccessAtMs < settleMs ? completed : 0;
    // Not a figure of a moment ago, when it may not have been charged yet.
    const { remaining } = await provider.quotaNow(closing);
    const unexplained = before.remaining - remaining - completed;
    if (unexplained === 0 && settling === 0) return 'free';
    const openMeanwhile = openBefore + openedUploads;
    return unexplained >= -settling && unexplained <= openMeanwhile ? 'undecided' : 'unexplained';
  }

  return { quota, requireQuota, heardOf, snapshot, open, compare };
}

function tookTooLong() {
  return new Error('The provider did not tell the quota in time');
}

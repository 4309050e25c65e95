import { setTimeout as delay } from 'node:timers/promises';
import { bounded } from '../../bounded.ts';
import { GatewayError } from '../../errors.ts';
import type { Provider, ProviderQuota } from '../../provider/provider.ts';
import type { Balance, Store } from '../store/store.ts';

/** Finds out by the account's quota what an upload has cost. */
export interface Charges {
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
   * What is in the account now. Null where it cannot be told: the provider does not say so soon, or
   * pictures are out whose charge may or may not be in its figure.
   */
  balance(): Promise<Balance | null>;
  /** From here on until it is disposed of, a picture is out whole and its answer has not come. */
  open(): Disposable;
  /**
   * Whether the account shows that of all pictures sent since `balance` only those were charged that are
   * known to have succeeded. Waits a little first, since the provider may still be at work on the last
   * one. False where that cannot be told.
   */
  nothingElseCharged(balance: Balance | null): Promise<boolean>;
}

export interface ChargesOptions {
  readonly provider: Pick<Provider, 'quota'>;
  readonly store: Pick<Store, 'completedUploads'>;
  /** Ends all waiting. */
  readonly closing: AbortSignal;
  /** Longest time for which an upload waits for its balance. @default 1000 */
  readonly balanceTimeoutMs?: number;
  /** How long the provider may go on with a picture whose connection broke. @default 2000 */
  readonly settleTimeMs?: number;
}

export function createCharges(options: ChargesOptions): Charges {
  const { provider, store, closing, balanceTimeoutMs = 1000, settleTimeMs = 2000 } = options;
  let nothingLeft = false;
  let openUploads = 0;
  let openedUploads = 0;

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

  async function balance(): Promise<Balance | null> {
    if (openUploads > 0) return null;
    const openedBefore = openedUploads;
    try {
      const { remaining } = await bounded(
        { signals: [closing], timeoutMs: balanceTimeoutMs, timeoutError: tookTooLong },
        quota,
      );
      const completedUploads = await store.completedUploads();
      return openedUploads === openedBefore ? { remaining, completedUploads } : null;
    } catch {
      return null;
    }
  }

  function open(): Disposable {
    openUploads += 1;
    openedUploads += 1;
    return { [Symbol.dispose]: () => (openUploads -= 1) };
  }

  async function nothingElseCharged(before: Balance | null): Promise<boolean> {
    if (before === null) return false;
    await delay(settleTimeMs, undefined, { signal: closing }).catch(() => undefined);
    const now = await balance();
    if (now === null) return false;
    // Equal, not "at least": a figure that has grown says that uploads were bought, and nothing else.
    return now.remaining === before.remaining - (now.completedUploads - before.completedUploads);
  }

  return { quota, requireQuota, heardOf, balance, open, nothingElseCharged };
}

function tookTooLong() {
  return new Error('The provider did not tell the quota in time');
}

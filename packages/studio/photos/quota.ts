import { signal, type ReadonlySignal } from '@preact/signals';
import { failureOf, type Failure } from '../gateway/failure.ts';
import type { Gateway } from '../gateway/gateway.ts';
import type { QuotaLeft } from './studio.ts';

/** What is left to spend, as of the last request. */
export interface Quota {
  readonly left: ReadonlySignal<QuotaLeft | null>;
  readonly failure: ReadonlySignal<Failure | null>;
  /** Refreshes the quota. Resolves after the response, whatever it is. */
  refresh(): Promise<void>;
}

export function createQuota(gateway: Pick<Gateway, 'quota'>): Quota {
  const left = signal<QuotaLeft | null>(null);
  const failure = signal<Failure | null>(null);
  let asking: Promise<void> | null = null;
  let again = false;

  async function ask() {
    try {
      const { remaining, allowance } = await gateway.quota();
      const spendable = Math.min(remaining, allowance?.remaining ?? remaining);
      left.value = { remaining, today: allowance, spendable };
      failure.value = null;
    } catch (error) {
      failure.value = failureOf(error);
    }
  }

  async function askUntilCurrent() {
    do {
      again = false;
      await ask();
    } while (again);
    asking = null;
  }

  return {
    left,
    failure,
    refresh() {
      // A response that is in progress may be from before the upload for which it is requested now.
      again = asking !== null;
      return (asking ??= askUntilCurrent());
    },
  };
}

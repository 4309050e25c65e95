import { setTimeout as delay } from 'node:timers/promises';
import { isTransientFault } from './store/transient-fault.ts';

/** Runs work that uses the store, as often as it takes; see `outlastFaults`. */
export type Patience = <Result>(
  work: () => Promise<Result>,
  signal: AbortSignal,
) => Promise<Result>;

const FIRST_PAUSE_MS = 100;
const MAX_PAUSE_MS = 2000;

/**
 * Runs `work`, and again with growing pauses while it fails because the store is away for a while.
 * @throws any other failure of `work`; the reason of `signal`.
 */
export const outlastFaults: Patience = async (work, signal) => {
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, MAX_PAUSE_MS)) {
    try {
      return await work();
    } catch (error) {
      signal.throwIfAborted();
      if (!isTransientFault(error)) throw error;
      const jitter = 0.5 + Math.random() / 2;
      await delay(pauseMs * jitter, undefined, { signal }).catch(() => signal.throwIfAborted());
    }
  }
};

/** Runs `work` once. */
export const withoutPatience: Patience = (work) => work();

import { setTimeout as delay } from 'node:timers/promises';
import { isTransientFault } from './store/transient-fault.ts';

/**
 * Runs work that uses the store, as often as it takes; see `outlastFaults`.
 * @param untilMs when to give up, by `performance.now()`. @default never
 */
export type Patience = <Result>(
  work: () => Promise<Result>,
  signal: AbortSignal,
  untilMs?: number,
) => Promise<Result>;

const FIRST_PAUSE_MS = 100;
const MAX_PAUSE_MS = 2000;

/** Longer than a database takes to restart, and shorter than clients and proxies wait for a response. */
const RESTART_MS = 30_000;

/**
 * Runs `work`, and again with growing pauses while it fails because the store is away for a while.
 * @throws any other failure of `work`, and that one after `untilMs`; the reason of `signal`.
 */
export const outlastFaults = createPatience(Infinity);

/** The same for half a minute, after which it throws the failure. For a client that waits for a response. */
export const outlastRestart = createPatience(RESTART_MS);

function createPatience(longestMs: number): Patience {
  return async (work, signal, untilMs = Infinity) => {
    const lastMs = Math.min(untilMs, performance.now() + longestMs);
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, MAX_PAUSE_MS)) {
      try {
        return await work();
      } catch (error) {
        signal.throwIfAborted();
        const remainingMs = lastMs - performance.now();
        if (!isTransientFault(error) || remainingMs <= 0) throw error;
        const jitter = 0.5 + Math.random() / 2;
        const waitMs = Math.min(pauseMs * jitter, remainingMs);
        await delay(waitMs, undefined, { signal }).catch(() => signal.throwIfAborted());
      }
    }
  };
}

/** Runs `work` once. */
export const withoutPatience: Patience = (work) => work();

import { setTimeout as sleep } from 'node:timers/promises';
import { isRefused } from './circuit.ts';
import { isUnreachable } from './transport-error.ts';

export interface RetryOptions {
  /** Attempts of one safe call, the first included. */
  readonly maxAttempts: number;
  /** Pause after the first failure; doubles with each, and is shortened at random by up to a half. */
  readonly baseDelayMs: number;
  readonly maxDelayMs: number;
}

export interface FailedAttempt {
  readonly error: unknown;
  /** 1 for the first. */
  readonly attempt: number;
  /** What is left of the call's deadline. */
  readonly remainingMs: number;
}

/**
 * The one place that decides on a retry: only where no answer came, no sooner than the circuit allows,
 * and while there is time for it.
 * @returns the pause before the next attempt, or `null` for none.
 */
export function retryDelayMs(
  { error, attempt, remainingMs }: FailedAttempt,
  { maxAttempts, baseDelayMs, maxDelayMs }: RetryOptions,
): number | null {
  if (!isUnreachable(error) || isRefused(error)) return null;
  if (attempt >= maxAttempts) return null;
  const fullDelayMs = Math.min(maxDelayMs, baseDelayMs * 2 ** (attempt - 1));
  const delayMs = fullDelayMs * (1 - Math.random() / 2);
  return delayMs < remainingMs ? delayMs : null;
}

/** Repeats `call` as `retryDelayMs` decides, and throws its last error. For calls that cost nothing. */
export async function withRetries<Result>(
  options: RetryOptions,
  timeoutMs: number,
  signal: AbortSignal,
  call: () => Promise<Result>,
): Promise<Result> {
  const deadlineMs = performance.now() + timeoutMs;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await call();
    } catch (error) {
      const remainingMs = deadlineMs - performance.now();
      const delayMs = retryDelayMs({ error, attempt, remainingMs }, options);
      if (delayMs === null) throw error;
      await sleep(delayMs, undefined, { signal });
    }
  }
}

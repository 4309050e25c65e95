import { setTimeout as sleep } from 'node:timers/promises';
import { isRefused } from './circuit.ts';
import { isUnreachable } from './transport-error.ts';

export interface RetryOptions {
  /** Attempts of one safe call, including the first. */
  readonly maxAttempts: number;
  /** Pause after the first failure. It doubles with each, and is shortened at random by up to a half. */
  readonly baseDelayMs: number;
  readonly maxDelayMs: number;
}

export interface FailedAttempt {
  readonly error: unknown;
  /** 1 for the first. */
  readonly attempt: number;
  /** Time left until the call's deadline. */
  readonly remainingMs: number;
}

/**
 * Decides about a retry. This is the only place that does. A call is retried only if no answer came,
 * the circuit allows it, and there is time left for it.
 * @returns the pause before the next attempt, or `null` for no retry.
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

/** Retries `call` as `retryDelayMs` decides, and throws its last error. For free calls only. */
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

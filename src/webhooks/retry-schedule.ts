const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/**
 * The pauses between two attempts: the beginning of the schedule of the Standard Webhooks specification.
 * The last attempt is 31 hours after the first.
 */
export const RETRY_DELAYS_MS: readonly number[] = [
  5 * SECOND_MS,
  5 * MINUTE_MS,
  30 * MINUTE_MS,
  2 * HOUR_MS,
  5 * HOUR_MS,
  10 * HOUR_MS,
  14 * HOUR_MS,
];

/** A pause is longer or shorter by up to this part, so that what failed together is not tried together. */
const JITTER = 0.2;

/**
 * The pause before the next attempt, in milliseconds; null if there is none.
 * @param failures attempts that have failed, at least 1.
 */
export function retryDelayMs(
  failures: number,
  delaysMs: readonly number[] = RETRY_DELAYS_MS,
): number | null {
  const delayMs = delaysMs[failures - 1];
  if (delayMs === undefined) return null;
  return Math.round(delayMs * (1 - JITTER + 2 * JITTER * Math.random()));
}

import type { CompletionDistribution } from './completion-distribution.ts';
import { at } from './number-lists.ts';
import { createPollSchedule, type PollSchedule } from './poll-schedule.ts';
import { isFull, type PlanningSamples } from './processing-time-samples.ts';

/** The first price of a poll to try, as a fraction of the poll interval; see `nextPollAgeMs`. */
const FIRST_PRICE = 1 / 26;
const STEP = 1.25;
const MOST_TRIES = 20;
/**
 * Upper bound for the expected polls and delay, as a fraction of those of steady polling. Actual
 * results are a few hundredths worse than expected.
 */
const MOST = 0.93;

export interface PollGaps {
  /** Pause between two polls before anything is learned, in milliseconds. */
  readonly pollIntervalMs: number;
  /** Shortest time between two polls of one photo, in milliseconds. */
  readonly minGapMs: number;
}

/**
 * The best schedule whose price of a poll makes it better than steady polling in both polls and
 * delay. Steady polling means every `pollIntervalMs` from then on. Null if there is no such price:
 * if a photo may be ready at any moment with equal probability, no schedule beats steady polling.
 * Until the sample memory is full, nothing is compared.
 */
export function choosePollSchedule(
  samples: PlanningSamples,
  distribution: CompletionDistribution,
  { pollIntervalMs, minGapMs }: PollGaps,
): PollSchedule | null {
  let pollCostMs = pollIntervalMs * FIRST_PRICE;
  let schedule = createPollSchedule(distribution, { pollCostMs, minGapMs });
  if (!isFull(samples)) return schedule;
  const steady = steadyPolling(distribution, pollIntervalMs);

  for (let tries = 1; tries <= MOST_TRIES && strain(schedule) > MOST; tries += 1) {
    pollCostMs *= pollsPart(schedule) > delayPart(schedule) ? STEP : 1 / STEP;
    const other = createPollSchedule(distribution, { pollCostMs, minGapMs });
    if (strain(other) > strain(schedule)) break;
    schedule = other;
  }
  return strain(schedule) > MOST ? null : schedule;

  function strain(tried: PollSchedule): number {
    return Math.max(pollsPart(tried), delayPart(tried));
  }
  function pollsPart({ polls }: PollSchedule): number {
    // No schedule can do with less than one poll.
    return polls < 1.001 ? 0 : polls / steady.polls;
  }
  function delayPart({ delayMs }: PollSchedule): number {
    return delayMs / steady.delayMs;
  }
}

/** The cost of steady polling for the photos that are not late. */
function steadyPolling(
  { ready, readyTimeMs, last }: CompletionDistribution,
  pollIntervalMs: number,
) {
  const meanMs = at(readyTimeMs, last) / at(ready, last);
  return { polls: Math.max(meanMs / pollIntervalMs + 0.5, 1), delayMs: pollIntervalMs / 2 };
}

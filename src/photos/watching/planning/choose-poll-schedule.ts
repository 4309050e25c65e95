import { createPollSchedule, type PollSchedule } from './poll-schedule.ts';
import { at } from './number-lists.ts';
import type { CompletionDistribution } from './completion-distribution.ts';
import { isFull, type ProcessingTimeSamples } from './processing-time-samples.ts';

/** The price of a poll that is tried first, as a part of the poll interval; see `nextPollAgeMs`. */
const FIRST_PRICE = 1 / 26;
const STEP = 1.25;
const MOST_TRIES = 20;
/**
 * No more than this part of the polls and of the delay of steady polling is to be expected: what comes
 * is a few hundredths worse than what is expected.
 */
const MOST = 0.93;

export interface PollGaps {
  /** Pause between two polls where nothing is learned yet, in milliseconds. */
  readonly pollIntervalMs: number;
  /** Two polls of one photo are no closer. */
  readonly minGapMs: number;
}

/**
 * The best course at a price of a poll that makes it better, both in polls and in delay, than steady
 * polling, which is every `pollIntervalMs` from then on. Null where there is no such price: what may
 * be ready at any moment alike is polled no better than steadily.
 */
export function choosePollSchedule(
  samples: ProcessingTimeSamples,
  distribution: CompletionDistribution,
  { pollIntervalMs, minGapMs }: PollGaps,
): PollSchedule | null {
  const steady = steadyPolling(distribution, pollIntervalMs);
  let pollCostMs = pollIntervalMs * FIRST_PRICE;
  let schedule = createPollSchedule(distribution, { pollCostMs, minGapMs });
  // Times this short take steady polling hardly more than one poll. With no more than that nothing would
  // be learned of them; so there are more until the memory is full.
  if (steady.polls < 2 && !isFull(samples)) return schedule;

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
    // With less than one none can do.
    return polls < 1.001 ? 0 : polls / steady.polls;
  }
  function delayPart({ delayMs }: PollSchedule): number {
    return delayMs / steady.delayMs;
  }
}

/** What steady polling would need for the photos that are not late. */
function steadyPolling(
  { ready, readyTimeMs, last }: CompletionDistribution,
  pollIntervalMs: number,
) {
  const meanMs = at(readyTimeMs, last) / at(ready, last);
  return { polls: Math.max(meanMs / pollIntervalMs + 0.5, 1), delayMs: pollIntervalMs / 2 };
}

import { choosePollSchedule, type PollGaps } from './choose-poll-schedule.ts';
import { distributionOf, readyBy } from './completion-distribution.ts';
import { at } from './number-lists.ts';
import { bestPollAgeMs, type PollSchedule } from './poll-schedule.ts';
import { canPlan, isFull, type PlanningSamples } from './processing-time-samples.ts';

/** The longest pause between two polls that did not fail, as a multiple of the poll interval. */
const LONGEST_PAUSE = 5;
/** As many similar photos at once make a crowd, which is polled in shares. */
const CROWD = 8;
/** The longest average pause of a crowd's photo, as a multiple of the poll interval. */
const MOST_SHARES = 3;
/** The same once a first photo of the crowd is ready: the others may be too. */
const NEWS = 0.2;
/** The pauses of steady polling until the sample memory is full, as a part of those after. */
const LEARNING_PAUSE = 0.75;

/** The state of a photo after its last poll. Ages are counted from its upload, in milliseconds. */
export interface PollState {
  /** The samples of similar photos. */
  readonly samples: PlanningSamples;
  /** The photo's age when the last poll was sent that found it not ready; 0 if none did. */
  readonly askedAtMs: number;
  /** The photo's age now. */
  readonly ageMs: number;
}

export interface PollPlanOptions extends PollState, PollGaps {
  /** Polls of this photo so far, including those that failed. */
  readonly polls: number;
  /** Consecutive failed polls. @default 0 */
  readonly failures?: number;
  /** Until it has enough samples: the age before which no similar photo was ready. @default 0 */
  readonly reachedMs?: number | undefined;
  /** How many similar photos are being processed. @default 1 */
  readonly crowd?: number | undefined;
  /**
   * A random number from 0 up to 1. It spreads unplanned polls, so that photos are not polled in
   * step.
   */
  readonly random: number;
}

/**
 * The age at which to poll the photo next, in milliseconds. Call it when a poll has ended. The age is
 * at least `ageMs`, and after the first poll at least `ageMs + minGapMs`. Keep to a planned age within
 * a few milliseconds: jitter is included in it.
 *
 * Before there are eight observations, or three of eight photos, it follows the fixed schedule: at once, then `pollIntervalMs` after the
 * last poll, growing by 15 % per poll, at most fivefold; but not before an age that similar photos have
 * reached without being ready. Of eight similar photos or more at once, each poll teaches about all. They are
 * polled at random, less often the more they are, and soon once the first of them is ready. After that the polls
 * are planned:
 *
 * A photo's processing time T has the distribution F. The knowledge of F consists of intervals in which
 * earlier photos became ready (`likelyTimes`), smoothed, and with one photo in forty late
 * (`distributionOf`). Say the photo was not ready at age a. A poll at x costs λ milliseconds of waiting.
 * If T lies between a and x, the owner waited x − T; if not, everything starts again from x. Counted
 * over all photos, including those that do not last until a, the least loss from a on is
 *
 *     V(a) = λ·(1 − F(a)) + min { ∫ₐˣ (x − t) dF(t) + V(x) : x > a }
 *
 * and the x of the minimum is the answer. F is linear between some 180 ages. On these,
 * `createPollSchedule` finds V from the last age back to the first. There, with M(x) = ∫₀ˣ t dF(t), the
 * integral is x·(F(x) − F(a)) − (M(x) − M(a)).
 *
 * So a time that is uniform over w ms is polled every √(λw) ms. λ is `pollIntervalMs / 26`: 38 ms for
 * an interval of one second. With that, 3 to 9 s take twelve ages, each polled for the photos that last
 * until it. `choosePollSchedule` moves λ until the expected polls and the expected delay are both less
 * than those of steady polling, every `pollIntervalMs`. If no λ does that, polling is steady. Until there
 * are 96 observations, the pauses of steady polling are a quarter less, because polls teach.
 *
 * Planning also learns: a poll within the remaining interval of a constant time halves the interval,
 * and pays off while the interval is longer than 2λ. A photo that has outlived the likely times is
 * polled when late photos are expected, but at most one pause of steady polling after the last poll.
 * From twice the longest likely time on, that pause grows with the photo's age, at most fivefold.
 */
export function nextPollAgeMs(options: PollPlanOptions): number {
  const { samples, askedAtMs, ageMs, polls, pollIntervalMs, minGapMs } = options;
  const spread = 0.9 + 0.2 * options.random;
  // Backs off while the provider fails.
  const caution = Math.min(2 ** (options.failures ?? 0), 16);
  const leastPauseMs = caution > 1 ? (pollIntervalMs * caution * spread) / 2 : minGapMs;
  const earliestMs = polls === 0 ? ageMs : ageMs + leastPauseMs;

  if (!canPlan(samples)) {
    const fixedMs = Math.max(ageMs + caution * fixedPauseMs(options), earliestMs);
    const reachedMs = (options.reachedMs ?? 0) * (0.97 + 0.06 * options.random);
    // At most the longest pause: photos that were stuck say little of those that come after them.
    return Math.max(fixedMs, Math.min(reachedMs, ageMs + LONGEST_PAUSE * pollIntervalMs));
  }
  const distribution = distributionOf(samples);
  const schedule = scheduleOf(samples, options);
  const lateFromMs = at(distribution.agesMs, distribution.last);
  const patience = Math.min(Math.max(ageMs / lateFromMs / 2, 1), LONGEST_PAUSE);
  const pauseMs = pollIntervalMs * patience * spread * (isFull(samples) ? 1 : LEARNING_PAUSE);
  const steadyMs = polls === 0 ? pauseMs : ageMs + pauseMs;
  if (schedule === null || askedAtMs >= at(distribution.agesMs, distribution.agesMs.length - 1))
    return Math.max(steadyMs, earliestMs);
  const plannedMs = bestPollAgeMs(distribution, schedule, askedAtMs);
  return Math.max(Math.min(plannedMs, Math.max(steadyMs, lateFromMs + pauseMs)), earliestMs);
}

/** The pause of the fixed schedule, without failures. */
function fixedPauseMs(options: PollPlanOptions): number {
  const { samples, polls, pollIntervalMs, random, crowd = 1 } = options;
  if (crowd < CROWD) {
    const growth = Math.min(1.15 ** (polls - 1), LONGEST_PAUSE);
    return polls === 0 ? 0 : pollIntervalMs * growth * (0.9 + 0.2 * random);
  }
  const hasNews = samples.observations.length > 0;
  const share = hasNews ? NEWS : Math.min(Math.sqrt(crowd / CROWD), MOST_SHARES);
  return pollIntervalMs * share * 2 * random;
}

/**
 * The probability, from 0 to 1, that the photo is ready at `ageMs`, given that it was not ready at
 * `askedAtMs`. If polls are rationed, the photos that are most likely to be ready go first.
 */
export function readyChance({ samples, askedAtMs, ageMs }: PollState): number {
  if (ageMs <= askedAtMs) return 0;
  const distribution = canPlan(samples) ? distributionOf(samples) : null;
  const asked = distribution === null ? 1 : readyBy(distribution, askedAtMs).ready;
  // For a photo that has outlived everything, or is the first of its kind, the only estimate is
  // that what has lasted long will last.
  if (distribution === null || asked > 1 - 1e-9) return 1 - askedAtMs / ageMs;
  return Math.min(Math.max((readyBy(distribution, ageMs).ready - asked) / (1 - asked), 0), 1);
}

interface Made extends PollGaps {
  readonly schedule: PollSchedule | null;
}
const made = new WeakMap<PlanningSamples, Made>();

/** The schedule for `samples`. It is computed once for each value. */
function scheduleOf(
  samples: PlanningSamples,
  { pollIntervalMs, minGapMs }: PollGaps,
): PollSchedule | null {
  const before = made.get(samples);
  if (before?.pollIntervalMs === pollIntervalMs && before.minGapMs === minGapMs)
    return before.schedule;
  const schedule = choosePollSchedule(samples, distributionOf(samples), {
    pollIntervalMs,
    minGapMs,
  });
  made.set(samples, { pollIntervalMs, minGapMs, schedule });
  return schedule;
}

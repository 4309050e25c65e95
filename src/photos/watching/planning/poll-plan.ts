import { choosePollSchedule, type PollGaps } from './choose-poll-schedule.ts';
import { bestPollAgeMs, type PollSchedule } from './poll-schedule.ts';
import { at } from './number-lists.ts';
import { distributionOf, readyBy } from './completion-distribution.ts';
import { hasEnough, type ProcessingTimeSamples } from './processing-time-samples.ts';

/** A photo as the last poll left it. Ages are counted from its upload, in milliseconds. */
export interface PollState {
  /** What is known of photos like this one. */
  readonly samples: ProcessingTimeSamples;
  /** Its age when the last poll was sent that found it not ready; 0 if none did. */
  readonly askedAtMs: number;
  /** Its age now. */
  readonly ageMs: number;
}

export interface PollPlanOptions extends PollState, PollGaps {
  /** Polls of this photo so far, those that failed too. */
  readonly polls: number;
  /** Polls that have failed in a row. @default 0 */
  readonly failures?: number;
  /** A random number from 0 up to 1. It spreads the polls that are not planned, lest photos go in step. */
  readonly random: number;
}

/**
 * The age at which to poll the photo next, in milliseconds; to be asked for when a poll has ended. It is
 * no less than `ageMs`, and after the first poll than `ageMs + minGapMs`. A planned age is to be kept to
 * within a few milliseconds: what is random is in it already.
 *
 * Before there are eight observations it follows the fixed schedule: at once, then `pollIntervalMs`
 * after the last poll, growing by 15 % a poll, at most five times. After that the polls are planned:
 *
 * A photo's processing time T has the distribution F. What is known of F are intervals in which earlier
 * photos became ready (`likelyTimes`), smoothed and with one photo in forty that is late (`outlookOf`).
 * Say the photo was not ready at age a. To poll it at x costs the poll, worth λ milliseconds of
 * waiting; if T lies between, the owner waited x − T; if not, all begins anew from x. Counted over all
 * photos, those too that do not come as far as a, the least that is lost from a on is
 *
 *     V(a) = λ·(1 − F(a)) + min { ∫ₐˣ (x − t) dF(t) + V(x) : x > a }
 *
 * and the x of the minimum is the answer. F is straight between some 180 ages; on these `createCourse`
 * finds V from the last age back to the first, where with M(x) = ∫₀ˣ t dF(t) the integral is
 * x·(F(x) − F(a)) − (M(x) − M(a)).
 *
 * A time that is uniform over w ms is thus polled every √(λw) ms. λ is `pollIntervalMs / 26`: 38 ms for a
 * second, with which 3 to 9 s take twelve ages, each tried for the photos that come so far. `chooseCourse`
 * moves λ until the polls and the delay to be expected are both less than those of steady polling, every
 * `pollIntervalMs`; where no λ does that, polling is steady.
 *
 * Planning also learns: a poll within the interval that is left of a constant time halves it, and pays
 * while the interval is longer than 2λ. A photo that has outlived the likely times is polled where the
 * late ones suggest, but no more than one pause of steady polling after the last poll; from twice the
 * longest likely time on that pause grows with the photo's age, five times at most.
 */
export function nextPollAgeMs(options: PollPlanOptions): number {
  const { samples, askedAtMs, ageMs, polls, pollIntervalMs, minGapMs } = options;
  const spread = 0.9 + 0.2 * options.random;
  // Slower and slower while the provider fails.
  const caution = Math.min(2 ** (options.failures ?? 0), 16);
  const leastPauseMs = caution > 1 ? (pollIntervalMs * caution * spread) / 2 : minGapMs;
  const earliestMs = polls === 0 ? ageMs : ageMs + leastPauseMs;

  if (!hasEnough(samples)) {
    const pauseMs = pollIntervalMs * caution * Math.min(1.15 ** (polls - 1), 5) * spread;
    return polls === 0 ? ageMs : Math.max(ageMs + pauseMs, earliestMs);
  }
  const distribution = distributionOf(samples);
  const schedule = scheduleOf(samples, options);
  const lateFromMs = at(distribution.agesMs, distribution.last);
  const patience = Math.min(Math.max(ageMs / lateFromMs / 2, 1), 5);
  const pauseMs = pollIntervalMs * patience * spread;
  const steadyMs = polls === 0 ? pauseMs : ageMs + pauseMs;
  if (schedule === null || askedAtMs >= at(distribution.agesMs, distribution.agesMs.length - 1))
    return Math.max(steadyMs, earliestMs);
  const plannedMs = bestPollAgeMs(distribution, schedule, askedAtMs);
  return Math.max(Math.min(plannedMs, Math.max(steadyMs, lateFromMs + pauseMs)), earliestMs);
}

/**
 * How likely it is, from 0 to 1, that the photo is ready at `ageMs`, having been not ready at
 * `askedAtMs`: where polls are rationed, those go first that are most likely to find something.
 */
export function readyChance({ samples, askedAtMs, ageMs }: PollState): number {
  if (ageMs <= askedAtMs) return 0;
  const distribution = hasEnough(samples) ? distributionOf(samples) : null;
  const asked = distribution === null ? 1 : readyBy(distribution, askedAtMs).ready;
  // Of a photo that has outlived everything, or is the first of its kind, all that can be said is that
  // what has lasted long will last.
  if (distribution === null || asked > 1 - 1e-9) return 1 - askedAtMs / ageMs;
  return Math.min(Math.max((readyBy(distribution, ageMs).ready - asked) / (1 - asked), 0), 1);
}

interface Made extends PollGaps {
  readonly schedule: PollSchedule | null;
}
const made = new WeakMap<ProcessingTimeSamples, Made>();

/** The course for `times`, made once for each value. */
function scheduleOf(
  samples: ProcessingTimeSamples,
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

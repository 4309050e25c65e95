import { readyBy, type CompletionDistribution } from './completion-distribution.ts';
import { at, intervalOf } from './number-lists.ts';

/** The best ages at which to poll a photo, for one price of a poll. */
export interface PollSchedule {
  /**
   * The expected loss from each age of the distribution on, if the photo is polled at that age: the
   * price of later polls and the waiting, over all photos that last until that age.
   */
  readonly lossMs: Float64Array;
  /** Average polls of a photo that is not late. */
  readonly polls: number;
  /** Average time from when such a photo is ready until it is found ready, in milliseconds. */
  readonly delayMs: number;
}

export interface PollScheduleOptions {
  /** The price of a poll: how many milliseconds of waiting it must save. */
  readonly pollCostMs: number;
  /** Shortest time between two polls, in milliseconds. */
  readonly minGapMs: number;
}

/** Finds the least loss from every age of the distribution on, starting with the last age. */
export function createPollSchedule(
  distribution: CompletionDistribution,
  { pollCostMs, minGapMs }: PollScheduleOptions,
): PollSchedule {
  const { agesMs, ready, readyTimeMs, last } = distribution;
  const end = agesMs.length - 1;
  const lossMs = new Float64Array(agesMs.length);
  const next = new Uint16Array(agesMs.length).fill(end);
  for (let index = end - 1; index >= 0; index -= 1) {
    const asked = { ready: at(ready, index), readyTimeMs: at(readyTimeMs, index) };
    const best = bestPoll(distribution, lossMs, asked, {
      after: index,
      earliestMs: at(agesMs, index) + minGapMs,
      // From an earlier age the best poll is no later. Trying the later ones too would only take
      // time.
      latest: next[index + 1] ?? end,
    });
    next[index] = best.index;
    lossMs[index] = best.lossMs + pollCostMs * (1 - asked.ready);
  }

  const all = at(ready, last);
  let polls = 0;
  let foundAtMs = 0;
  for (let index = 0; index < last;) {
    const to = next[index] ?? end;
    polls += 1 - at(ready, index) / all;
    foundAtMs += at(agesMs, to) * (Math.min(at(ready, to) / all, 1) - at(ready, index) / all);
    index = to;
  }
  return { lossMs, polls, delayMs: foundAtMs - at(readyTimeMs, last) / all };
}

/** The age of the next poll, in milliseconds, if the photo was not ready at `askedAtMs`. */
export function bestPollAgeMs(
  distribution: CompletionDistribution,
  { lossMs }: PollSchedule,
  askedAtMs: number,
): number {
  const { agesMs } = distribution;
  const best = bestPoll(distribution, lossMs, readyBy(distribution, askedAtMs), {
    after: intervalOf(agesMs, askedAtMs),
    earliestMs: askedAtMs,
    latest: agesMs.length - 1,
  });
  return at(agesMs, best.index);
}

interface Candidates {
  /** Indices of the distribution's ages: `after` is exclusive, `latest` inclusive. */
  readonly after: number;
  readonly latest: number;
  readonly earliestMs: number;
}

/** The age of least loss among the candidates, or the latest of them if all are too early. */
function bestPoll(
  { agesMs, ready, readyTimeMs }: CompletionDistribution,
  lossMs: Float64Array,
  asked: { readonly ready: number; readonly readyTimeMs: number },
  { after, earliestMs, latest }: Candidates,
): { readonly index: number; readonly lossMs: number } {
  let [best, bestLossMs] = [latest, Infinity];
  for (let index = latest; index > after; index -= 1) {
    const ageMs = agesMs[index] ?? 0;
    if (ageMs < earliestMs && index < latest) break;
    const waitedMs =
      ageMs * ((ready[index] ?? 0) - asked.ready) - ((readyTimeMs[index] ?? 0) - asked.readyTimeMs);
    const loss = waitedMs + (lossMs[index] ?? 0);
    if (loss < bestLossMs) [best, bestLossMs] = [index, loss];
  }
  return { index: best, lossMs: bestLossMs };
}

import { at, runningSums } from './number-lists.ts';
import type { ProcessingTimeSamples } from './processing-time-samples.ts';

/** The weight of an observation relative to the next one. About 40 photos are enough to forget. */
const MEMORY = 0.975;
const ROUNDS = 10;
const COUNT = 64;

export interface LikelyTimes {
  /** Equally likely processing times, ascending, in milliseconds. */
  readonly timesMs: Float64Array;
  /** All but about a hundredth of the times lie between these. */
  readonly fromMs: number;
  readonly toMs: number;
  /** The number of observations behind the times. Old ones count less. */
  readonly weight: number;
}

/**
 * Estimates the processing times from observations: Turnbull's estimate from interval-censored data
 * (J. R. Stat. Soc. B 38, 1976). It starts with a uniform distribution. Then, round after round,
 * each photo is distributed over its interval according to the last round's estimate.
 *
 * It stops long before it converges, for two reasons. The limit puts all mass on a few points,
 * which the next photos do not hit. And a stretch of time that is merely not excluded (such as 0 to
 * 3030 ms if each photo was ready when first polled at 3030 ms) keeps some mass, and more of it the
 * longer ago it was last excluded. So the plan now and again has a poll there, and notices when
 * times get shorter.
 */
export function likelyTimes({ observations }: ProcessingTimeSamples): LikelyTimes {
  const ages = Float64Array.from(new Set([0, ...observations.flat()])).toSorted();
  const indices = new Map(Array.from(ages, (age, index) => [age, index]));
  const seen = observations.map(([notReadyAtMs, readyAtMs], index) => ({
    from: indices.get(notReadyAtMs) ?? 0,
    to: indices.get(readyAtMs) ?? 0,
    weight: MEMORY ** (observations.length - 1 - index),
  }));

  // `masses[i]` lies between `ages[i]` and `ages[i + 1]`.
  let masses = ages.map((age, index) => (ages[index + 1] ?? age) - age);
  let sums = runningSums(masses);
  for (let round = 1; round <= ROUNDS; round += 1) {
    const steps = new Float64Array(ages.length);
    for (const { from, to, weight } of seen) {
      // An interval without any mass would divide by zero.
      const growth = weight / Math.max((sums[to] ?? 0) - (sums[from] ?? 0), 1e-12);
      steps[from] = (steps[from] ?? 0) + growth;
      steps[to] = (steps[to] ?? 0) - growth;
    }
    const growths = runningSums(steps);
    // Where the steps should cancel out they leave a rounding error, which may be negative.
    masses = masses.map((mass, index) => mass * Math.max(growths[index + 1] ?? 0, 0));
    sums = runningSums(masses);
  }

  const timesMs = new Float64Array(COUNT);
  let cell = 0;
  let first = 0;
  for (let index = 0; index < COUNT; index += 1) {
    const below = ((index + 0.5) / COUNT) * at(sums, ages.length);
    while (at(sums, cell + 1) < below) cell += 1;
    if (index === 0) first = cell;
    const part = (below - at(sums, cell)) / at(masses, cell);
    timesMs[index] = at(ages, cell) + part * (at(ages, cell + 1) - at(ages, cell));
  }
  return {
    timesMs,
    fromMs: at(ages, first),
    toMs: at(ages, cell + 1),
    weight: seen.reduce((sum, { weight }) => sum + weight, 0),
  };
}

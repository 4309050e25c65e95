import { at, runningSums } from './number-lists.ts';
import type { ProcessingTimeSamples } from './processing-time-samples.ts';

/** Each observation counts this much of the next one: it takes about 40 photos to forget. */
const MEMORY = 0.975;
const ROUNDS = 10;
const COUNT = 64;

export interface LikelyTimes {
  /** Processing times that are equally likely, ascending, in milliseconds. */
  readonly timesMs: Float64Array;
  /** All but about a hundredth lie between these. */
  readonly fromMs: number;
  readonly toMs: number;
  /** How many observations stand behind them, the old ones counting less. */
  readonly weight: number;
}

/**
 * The processing times that observations speak for: Turnbull's estimate from interval-censored data
 * (J. R. Stat. Soc. B 38, 1976). It begins with all times alike; then, round after round, each photo is
 * dealt out over its interval as the last round's estimate has it.
 *
 * It is stopped long before it converges, for two reasons. The limit piles everything on a few points,
 * which the next photos do not hit. And a stretch of time that is merely not excluded (as 0 to 3030 ms
 * where each photo was ready when first asked at 3030 ms) keeps some mass, the more the longer ago it
 * was excluded last: the plan then has a poll there now and again, and notices when times get shorter.
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
      // An interval that all mass has left would divide by zero.
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

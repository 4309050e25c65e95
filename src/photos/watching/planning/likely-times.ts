import { at, runningSums } from './number-lists.ts';
import type { PlanningSamples } from './processing-time-samples.ts';

/** The weight of an observation relative to the next one. About 40 photos are enough to forget. */
const MEMORY = 0.975;
const ROUNDS = 10;
const COUNT = 64;
/** How far photos that are not ready yet may be expected, as a multiple of the longest time seen. */
const FURTHEST = 8;
const NONE_UNFINISHED = { agesMs: [], weight: 0 };

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
 *
 * Photos that are not ready yet are distributed over all times after their age (they are
 * right-censored). Without them, the first photos that are ready would stand for all: of times from 3
 * to 9 s, all would seem to take 3 s. Those that outlast the longest time seen are expected after it,
 * as densely as the others before it.
 */
export function likelyTimes({
  observations,
  unfinished = NONE_UNFINISHED,
}: PlanningSamples): LikelyTimes {
  const longestMs = Math.max(...observations.map(([, readyAtMs]) => readyAtMs));
  const survivedMs = unfinished.agesMs.map((ageMs) => Math.min(ageMs, longestMs));
  const ages = Float64Array.from(
    new Set([0, ...observations.flat(), ...survivedMs, 2 * longestMs]),
  ).toSorted();
  /** After the longest time seen. Only photos that are not ready yet can have mass in it. */
  const tail = ages.length - 2;
  const indices = new Map(Array.from(ages, (age, index) => [age, index]));
  const seen = observations.map(([notReadyAtMs, readyAtMs], index) => ({
    from: indices.get(notReadyAtMs) ?? 0,
    to: indices.get(readyAtMs) ?? 0,
    weight: MEMORY ** (observations.length - 1 - index),
  }));

  for (const ageMs of survivedMs) {
    seen.push({ from: indices.get(ageMs) ?? 0, to: tail + 1, weight: unfinished.weight });
  }

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

  ages[tail + 1] = longestMs + tailLengthMs(ages, masses, sums);
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

/** The length of the last cell that gives it the density of the others, but for their first hundredth. */
function tailLengthMs(ages: Float64Array, masses: Float64Array, sums: Float64Array): number {
  const tail = ages.length - 2;
  const before = at(sums, tail);
  const longestMs = at(ages, tail);
  let first = 0;
  while (at(sums, first + 1) < before / 100) first += 1;
  const lengthMs = ((longestMs - at(ages, first)) * at(masses, tail)) / before;
  return Math.min(Math.max(lengthMs, 1), FURTHEST * longestMs);
}

import { distributionOf, readyBy } from './completion-distribution.ts';
import { at, intervalOf } from './number-lists.ts';
import { hasEnough, type PlanningSamples } from './processing-time-samples.ts';

/**
 * The conditional median: of the photos that are not ready at `ageMs`, half are ready by this age,
 * in milliseconds, according to `samples`. It is later than `ageMs`, and grows with `ageMs`. Null
 * if there are too few samples to plan by, and from the longest likely time on: of photos that
 * outlive it nothing is known except that they are late.
 */
export function medianReadyAgeMs(samples: PlanningSamples, ageMs: number): number | null {
  if (!hasEnough(samples)) return null;
  const distribution = distributionOf(samples);
  const { agesMs, ready, last } = distribution;
  if (ageMs >= at(agesMs, last)) return null;

  const half = (readyBy(distribution, ageMs).ready + 1) / 2;
  const low = intervalOf(ready, half);
  const [from, to] = [at(ready, low), at(ready, low + 1)];
  return at(agesMs, low) + ((half - from) / (to - from)) * (at(agesMs, low + 1) - at(agesMs, low));
}

import { at, intervalOf } from './number-lists.ts';
import { distributionOf, readyBy } from './completion-distribution.ts';
import { hasEnough, type ProcessingTimeSamples } from './processing-time-samples.ts';

/**
 * The age by which half of the photos are ready that are not ready at `ageMs`, in milliseconds: the
 * conditional median of what `times` lets expect. It is later than `ageMs`, and the greater `ageMs` is
 * the later it is. Null where too few were seen to plan by, and from the longest likely time on: of those
 * that outlive it nothing is known but that they are late.
 */
export function medianReadyAgeMs(samples: ProcessingTimeSamples, ageMs: number): number | null {
  if (!hasEnough(samples)) return null;
  const distribution = distributionOf(samples);
  const { agesMs, ready, last } = distribution;
  if (ageMs >= at(agesMs, last)) return null;

  const half = (readyBy(distribution, ageMs).ready + 1) / 2;
  const low = intervalOf(ready, half);
  const [from, to] = [at(ready, low), at(ready, low + 1)];
  return at(agesMs, low) + ((half - from) / (to - from)) * (at(agesMs, low + 1) - at(agesMs, low));
}

import { likelyTimes, type LikelyTimes } from './likely-times.ts';
import { at, intervalOf } from './number-lists.ts';
import type { PlanningSamples } from './processing-time-samples.ts';

/** Each likely time also stands for its neighbourhood, up to this fraction of all likely times. */
const BLUR = 0.2;
/** Late photos complete within this many times the longest likely time. */
const LATE_REACH = 8;
const LATE_STEPS = 24;
const EVEN_STEPS = 32;

/** The expected distribution of a class's processing times, linear between the `agesMs`. */
export interface CompletionDistribution {
  /** Ascending, from 0, in milliseconds. */
  readonly agesMs: Float64Array;
  /** The fraction of the photos that are ready at each of the ages, from 0 to 1. */
  readonly ready: Float64Array;
  /**
   * The sum of the processing times of those, over all photos: each ready fraction times the time
   * it took.
   */
  readonly readyTimeMs: Float64Array;
  /**
   * The index of the age after which no photo is likely. Only late photos are expected after it.
   */
  readonly last: number;
}

/** A fraction of the photos that become ready between two ages, with uniform probability. */
interface Part {
  readonly fromMs: number;
  readonly toMs: number;
  readonly part: number;
}

const known = new WeakMap<PlanningSamples, CompletionDistribution>();

/** The distribution that `samples` suggest. It is computed once for each value. */
export function distributionOf(samples: PlanningSamples): CompletionDistribution {
  const distribution = known.get(samples) ?? createCompletionDistribution(likelyTimes(samples));
  known.set(samples, distribution);
  return distribution;
}

/** The fraction of the photos that are ready by an age, and the sum of their processing times. */
export function readyBy(
  { agesMs, ready, readyTimeMs }: CompletionDistribution,
  ageMs: number,
): { readonly ready: number; readonly readyTimeMs: number } {
  const low = intervalOf(agesMs, ageMs);
  const [from, to] = [at(agesMs, low), at(agesMs, low + 1)];
  const within = Math.min((ageMs - from) / (to - from), 1) * (at(ready, low + 1) - at(ready, low));
  return {
    ready: at(ready, low) + within,
    readyTimeMs: at(readyTimeMs, low) + (within * (from + Math.min(ageMs, to))) / 2,
  };
}

function createCompletionDistribution(likely: LikelyTimes): CompletionDistribution {
  const lateShare = 1 / (likely.weight + 1);
  const usual = blurred(likely, 1 - lateShare);
  const bends = [...usual, ...late(likely, lateShare)].flatMap(({ fromMs, toMs, part }) => {
    const density = part / (toMs - fromMs);
    return [
      { ageMs: fromMs, density },
      { ageMs: toMs, density: -density },
    ];
  });
  // Without these steps, stretches where next to nothing is expected would have no age to poll at.
  // With a time around 60 s, the few photos that are ready after 20 s would wait so long that
  // planning seemed worse than steady polling.
  const even = Array.from({ length: EVEN_STEPS }, (_, step) => ({
    ageMs: (likely.toMs * (step + 1)) / EVEN_STEPS,
    density: 0,
  }));
  bends.push(...even);
  bends.sort((one, other) => one.ageMs - other.ageMs);

  const agesMs = [0];
  const ready = [0];
  const readyTimeMs = [0];
  let [age, slope, part, time] = [0, 0, 0, 0];
  for (const { ageMs, density } of bends) {
    const gained = slope * (ageMs - age);
    part += gained;
    time += (gained * (age + ageMs)) / 2;
    slope += density;
    if (ageMs > age) {
      agesMs.push(ageMs);
      ready.push(part);
      readyTimeMs.push(time);
    }
    age = ageMs;
  }
  return {
    agesMs: Float64Array.from(agesMs),
    ready: Float64Array.from(ready),
    readyTimeMs: Float64Array.from(readyTimeMs),
    last: agesMs.indexOf(Math.max(...usual.map(({ toMs }) => toMs))),
  };
}

/**
 * The likely times are few, and their exact positions are random. Each is spread over the distance
 * to the neighbours that hold a fifth of all: wide where times are scattered, narrow where they
 * agree. So the gap between two peaks stays empty, unless one of them holds less than that fifth.
 */
function blurred({ timesMs, fromMs, toMs }: LikelyTimes, share: number): Part[] {
  const neighbours = Math.round(BLUR * timesMs.length);
  return Array.from(timesMs, (time, index) => {
    let [first, last] = [index, index];
    while (last - first < neighbours) {
      const before = first > 0 ? time - at(timesMs, first - 1) : Infinity;
      const after = last + 1 < timesMs.length ? at(timesMs, last + 1) - time : Infinity;
      if (before < after) first -= 1;
      else last += 1;
    }
    const reach = Math.max(time - at(timesMs, first), at(timesMs, last) - time, 1);
    return {
      fromMs: Math.max(time - reach, fromMs),
      toMs: Math.min(time + reach, toMs),
      part: share / timesMs.length,
    };
  });
}

/**
 * Adds one more photo, which is late by an unknown time. Each order of magnitude is equally likely,
 * from a hundredth of the usual time on.
 */
function late({ timesMs, toMs }: LikelyTimes, share: number): Part[] {
  const usual = at(timesMs, timesMs.length / 2);
  const least = usual / 100;
  const steepness = Math.log1p((LATE_REACH * toMs) / least) / LATE_STEPS;
  const ageOf = (step: number) => usual + least * Math.expm1(steepness * step);
  return Array.from({ length: LATE_STEPS }, (_, step) => ({
    fromMs: ageOf(step),
    toMs: ageOf(step + 1),
    part: share / LATE_STEPS,
  }));
}

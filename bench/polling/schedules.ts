import type { PollGaps } from '../../src/photos/watching/planning/choose-poll-schedule.ts';
import {
  nextPollAgeMs,
  type PollPlanOptions,
} from '../../src/photos/watching/planning/poll-plan.ts';
import {
  noSamples,
  observe,
  type Observation,
} from '../../src/photos/watching/planning/processing-time-samples.ts';

export type PhotoState = Omit<PollPlanOptions, 'samples' | keyof PollGaps>;

/** Decides when photos are polled, for all the photos of one simulation. */
export interface Schedule {
  nextPollAgeMs(photo: PhotoState): number;
  observe(observation: Observation): void;
}

/** The schedule that the gateway learns. */
export function learned(gaps: PollGaps): Schedule {
  let samples = noSamples;
  return {
    nextPollAgeMs: (photo) => nextPollAgeMs({ ...photo, ...gaps, samples }),
    observe(observation) {
      samples = observe(samples, observation);
    },
  };
}

/** Polls at every interval, give or take 10 %. The first poll is at once or after one interval. */
export function fixed({ pollIntervalMs }: PollGaps, first: 'at once' | 'later'): Schedule {
  return {
    nextPollAgeMs({ ageMs, polls, random }) {
      if (first === 'at once' && polls === 0) return ageMs;
      return ageMs + pollIntervalMs * (0.9 + 0.2 * random);
    },
    observe: () => undefined,
  };
}

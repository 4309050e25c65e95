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

/** When photos are polled, for all the photos of one simulation. */
export interface Schedule {
  nextPollAgeMs(photo: PhotoState): number;
  observe(observation: Observation): void;
}

/** As the gateway plans its polls. */
export function learned(strategy: PollGaps): Schedule {
  let samples = noSamples;
  return {
    nextPollAgeMs: (photo) => nextPollAgeMs({ ...photo, ...strategy, samples }),
    observe(observation) {
      samples = observe(samples, observation);
    },
  };
}

/** Every interval, give or take 10 %, the first time at once or after one interval. */
export function fixed({ pollIntervalMs }: PollGaps, first: 'at once' | 'later'): Schedule {
  return {
    nextPollAgeMs({ ageMs, polls, random }) {
      if (first === 'at once' && polls === 0) return ageMs;
      return ageMs + pollIntervalMs * (0.9 + 0.2 * random);
    },
    observe: () => undefined,
  };
}

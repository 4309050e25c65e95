import type { Log } from '../../../common/log.ts';
import type { RepairType } from '../../../provider/repair-type.ts';
import type { PhotoRecord, Store } from '../../store/store.ts';
import { medianReadyAgeMs } from './median-ready-age.ts';
import { nextPollAgeMs, readyChance } from './poll-plan.ts';
import type { PollStrategy, PollProgress } from './poll-strategy.ts';
import {
  noSamples,
  observe,
  parseSamples,
  sampleClassOf,
  samplesToPlanBy,
  type Observation,
  type ProcessingTimeSamples,
} from './processing-time-samples.ts';
import { createSampleSaver } from './sample-saver.ts';

/** Gives each photo its poll strategy, learned from similar photos. */
export interface LearnedPollStrategy {
  /** The strategy for a photo that was uploaded here. What it observes is learned. */
  of(photo: Pick<PhotoRecord, 'repairType' | 'sizeBytes'>): PollStrategy;
  /** The strategy for a photo of which nothing is known, not even its age. */
  unlearned(): PollStrategy;
  /** Resolves when what was learned is stored. */
  settled(): Promise<void>;
}

export interface LearnedPollStrategyOptions {
  readonly store: Pick<Store, 'loadSamples' | 'saveSamples'>;
  /**
   * The interval of the fixed schedule, used before anything is learned, in milliseconds; see
   * `nextPollAgeMs`.
   */
  readonly pollIntervalMs: number;
  readonly log: Log;
}

/**
 * Shortest time between two polls of one photo, in milliseconds. The provider is polled over a
 * network.
 */
const MIN_GAP_MS = 30;

/**
 * Starts with the samples in the store. Samples that cannot be stored are kept until the process
 * ends.
 */
export async function createLearnedPollStrategy(
  options: LearnedPollStrategyOptions,
): Promise<LearnedPollStrategy> {
  const { store, pollIntervalMs, log } = options;
  const minGapMs = Math.min(MIN_GAP_MS, pollIntervalMs);
  const known = new Map<string, ProcessingTimeSamples>();
  for (const [name, samples] of await store.loadSamples()) known.set(name, parseSamples(samples));

  const samplesOf = (name: string) => known.get(name) ?? noSamples;
  const saver = createSampleSaver({ store, samplesOf, log });

  function learn(name: string, seen: Observation) {
    known.set(name, observe(samplesOf(name), seen));
    saver.changed(name);
  }

  function strategyBy(
    samples: () => ProcessingTimeSamples,
    onSeen: (seen: Observation) => void,
  ): PollStrategy {
    return {
      nextPollAgeMs: (progress) =>
        nextPollAgeMs({
          ...progress,
          samples: samples(),
          pollIntervalMs,
          minGapMs,
          random: Math.random(),
        }),
      readyChance: (progress: PollProgress) => readyChance({ ...progress, samples: samples() }),
      medianReadyAgeMs: (ageMs) => medianReadyAgeMs(samples(), ageMs),
      observe: onSeen,
    };
  }

  function learnedStrategy(repairType: RepairType, sizeBytes: number | null): PollStrategy {
    const own = sampleClassOf({ repairType, sizeBytes });
    return strategyBy(
      () => samplesToPlanBy(samplesOf(own), samplesOf(repairType)),
      (seen) => new Set([own, repairType]).forEach((name) => learn(name, seen)),
    );
  }

  const unlearned = () =>
    strategyBy(
      () => noSamples,
      () => undefined,
    );
  return {
    of: ({ repairType, sizeBytes }) =>
      repairType === null ? unlearned() : learnedStrategy(repairType, sizeBytes),
    unlearned,
    settled: () => saver.settled(),
  };
}

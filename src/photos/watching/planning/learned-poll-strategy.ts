import type { Log } from '../../../common/log.ts';
import type { RepairType } from '../../../provider/repair-type.ts';
import type { PhotoRecord, Store } from '../../store/store.ts';
import { createClassTimes, type ClassTimes } from './class-times.ts';
import { medianReadyAgeMs } from './median-ready-age.ts';
import { nextPollAgeMs, readyChance } from './poll-plan.ts';
import type { PollStrategy, PollProgress } from './poll-strategy.ts';
import {
  noSamples,
  parseSamples,
  sampleClassOf,
  samplesToPlanBy,
  type Observation,
  type PlanningSamples,
} from './processing-time-samples.ts';
import { createSampleSaver } from './sample-saver.ts';
import type { SharedTimes } from './shared-times.ts';
import type { FollowedPhoto } from './unfinished-photos.ts';

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
  /** Where several processes learn together. Begins with what is in the store. @default none */
  readonly shared?: SharedTimes | null;
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
  const { store, pollIntervalMs, shared = null, log } = options;
  const minGapMs = Math.min(MIN_GAP_MS, pollIntervalMs);
  const classes = new Map<string, ClassTimes>();
  const known = new Map(await store.loadSamples());
  for (const [name, samples] of (await shared?.load()) ?? []) known.set(name, samples);
  for (const [name, samples] of known) classes.set(name, createClassTimes(parseSamples(samples)));
  shared?.follow((name, seen) => classOf(name).learn(seen));

  const saver = createSampleSaver({ store, samplesOf: (name) => classOf(name).stored, log });

  function classOf(name: string): ClassTimes {
    const times = classes.get(name) ?? createClassTimes(noSamples);
    classes.set(name, times);
    return times;
  }

  function plan(
    progress: PollProgress,
    samples: PlanningSamples,
    similar?: Pick<ClassTimes, 'reachedMs' | 'crowd'>,
  ) {
    const { reachedMs, crowd } = similar ?? {};
    const gaps = { pollIntervalMs, minGapMs };
    return nextPollAgeMs({
      ...progress,
      ...gaps,
      samples,
      reachedMs,
      crowd,
      random: Math.random(),
    });
  }

  function learnedStrategy(repairType: RepairType, sizeBytes: number | null): PollStrategy {
    const ownName = sampleClassOf({ repairType, sizeBytes });
    const own = classOf(ownName);
    const all = classOf(repairType);
    const samples = () => samplesToPlanBy(own.planning, all.planning);
    let followed: FollowedPhoto | null = null;

    function nextAgeMs(progress: PollProgress): number {
      if (followed !== null) own.survived(followed, progress.askedAtMs);
      return plan(progress, samples(), own);
    }

    function follow(photo: FollowedPhoto): Disposable {
      followed = photo;
      using following = new DisposableStack();
      for (const times of new Set([own, all])) following.use(times.follow(photo));
      return following.move();
    }

    function learn(seen: Observation) {
      for (const times of new Set([own, all])) times.learn(seen);
      for (const name of new Set([ownName, repairType])) {
        if (shared === null) saver.changed(name);
        else shared.add(name, seen);
      }
    }

    return {
      nextPollAgeMs: nextAgeMs,
      readyChance: (progress) => readyChance({ ...progress, samples: samples() }),
      medianReadyAgeMs: (ageMs) => medianReadyAgeMs(samples(), ageMs),
      follow,
      observe: learn,
    };
  }

  const unlearned = (): PollStrategy => ({
    nextPollAgeMs: (progress) => plan(progress, noSamples),
    readyChance: (progress) => readyChance({ ...progress, samples: noSamples }),
    medianReadyAgeMs: () => null,
    follow: () => new DisposableStack(),
    observe: () => undefined,
  });
  return {
    of: ({ repairType, sizeBytes }) =>
      repairType === null ? unlearned() : learnedStrategy(repairType, sizeBytes),
    unlearned,
    settled: () => (shared ?? saver).settled(),
  };
}

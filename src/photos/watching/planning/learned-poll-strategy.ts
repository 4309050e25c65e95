import type { Log } from '../../../common/log.ts';
import type { RepairType } from '../../../provider/repair-type.ts';
import type { PhotoRecord, Store } from '../../store/store.ts';
import { medianReadyAgeMs } from './median-ready-age.ts';
import type { Pace, PollProgress } from './poll-strategy.ts';
import { nextPollAgeMs, readyChance } from './poll-plan.ts';
import {
  emptyTimes,
  observe,
  parseTimes,
  timesClassOf,
  timesToPlanBy,
  type Observation,
  type Times,
} from './processing-time-samples.ts';

/** Gives each photo its pace, by what was seen of photos like it. */
export interface LearnedPace {
  /** The pace of a photo that was uploaded here, which adds to what is known. */
  of(photo: Pick<PhotoRecord, 'repairType' | 'sizeBytes'>): Pace;
  /** The pace of a photo of which nothing is known, not even its age. */
  unlearned(): Pace;
  /** Resolves when what was learned is stored. */
  settled(): Promise<void>;
}

export interface LearnedPaceOptions {
  readonly store: Pick<Store, 'loadTimes' | 'saveTimes'>;
  /** The fixed schedule, where nothing is learned yet; see `nextPollAgeMs`. */
  readonly pollIntervalMs: number;
  readonly log: Log;
}

/** Two polls of one photo are no closer, in milliseconds: the provider is asked over a network. */
const MIN_GAP_MS = 30;

/** Begins with what the store has kept. What cannot be stored is known until the process ends. */
export async function createLearnedPace(options: LearnedPaceOptions): Promise<LearnedPace> {
  const { store, pollIntervalMs, log } = options;
  const minGapMs = Math.min(MIN_GAP_MS, pollIntervalMs);
  const known = new Map<string, Times>();
  for (const [name, times] of await store.loadTimes()) known.set(name, parseTimes(times));
  let saving = Promise.resolve();

  const timesOf = (name: string) => known.get(name) ?? emptyTimes;

  function learn(name: string, seen: Observation) {
    const times = observe(timesOf(name), seen);
    known.set(name, times);
    saving = saving
      .then(() => store.saveTimes(name, times))
      .catch((error: unknown) => {
        log.warn(
          { err: error },
          'A processing time cannot be stored; polls are planned with it all the same',
        );
      });
  }

  function paceBy(times: () => Times, onSeen: (seen: Observation) => void): Pace {
    return {
      nextPollAgeMs: (progress) =>
        nextPollAgeMs({
          ...progress,
          times: times(),
          pollIntervalMs,
          minGapMs,
          random: Math.random(),
        }),
      readyChance: (progress: PollProgress) => readyChance({ ...progress, times: times() }),
      medianReadyAgeMs: (ageMs) => medianReadyAgeMs(times(), ageMs),
      observe: onSeen,
    };
  }

  function learnedPace(repairType: RepairType, sizeBytes: number | null): Pace {
    const own = timesClassOf({ repairType, sizeBytes });
    return paceBy(
      () => timesToPlanBy(timesOf(own), timesOf(repairType)),
      (seen) => new Set([own, repairType]).forEach((name) => learn(name, seen)),
    );
  }

  const unlearned = () =>
    paceBy(
      () => emptyTimes,
      () => undefined,
    );
  return {
    of: ({ repairType, sizeBytes }) =>
      repairType === null ? unlearned() : learnedPace(repairType, sizeBytes),
    unlearned,
    settled: () => saving,
  };
}

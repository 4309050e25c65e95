import {
  isFull,
  observe,
  type Observation,
  type PlanningSamples,
  type ProcessingTimeSamples,
} from './processing-time-samples.ts';
import { createSurvivors } from './survivors.ts';
import { createUnfinishedPhotos, type FollowedPhoto } from './unfinished-photos.ts';

/** What is known of the processing times of one class of photos. */
export interface ClassTimes {
  /** What is stored. */
  readonly stored: ProcessingTimeSamples;
  /** What polls are planned by. Until the memory is full, the photos being processed count too. */
  readonly planning: PlanningSamples;
  /** How many photos of the class are being processed and were polled already. */
  readonly crowd: number;
  /** The age before which no photo of the class was ready, as far as is known; in milliseconds. */
  readonly reachedMs: number;
  learn(seen: Observation): void;
  /** Counts the photo among those that are being processed, until the result is disposed of. */
  follow(photo: FollowedPhoto): Disposable;
  /** Notes that a poll found the photo not ready at this age, in milliseconds. */
  survived(photo: FollowedPhoto, ageMs: number): void;
}

/** The numbers of observations at which all photos are planned anew. In between little changes. */
const REPLANNED_AT: ReadonlySet<number> = new Set([1, 3, 8, 16, 32, 64]);

export function createClassTimes(first: ProcessingTimeSamples): ClassTimes {
  const unfinished = createUnfinishedPhotos();
  const survivors = createSurvivors();
  const crowd = new Set<FollowedPhoto>();
  let stored = first;
  let planning: PlanningSamples = first;

  function learn(seen: Observation) {
    stored = observe(stored, seen);
    planning = isFull(stored) ? stored : { ...stored, unfinished: unfinished.samples() };
    if (REPLANNED_AT.has(stored.observations.length)) unfinished.replan();
  }

  function follow(photo: FollowedPhoto): Disposable {
    const following = unfinished.follow(photo);
    return {
      [Symbol.dispose]() {
        following[Symbol.dispose]();
        crowd.delete(photo);
      },
    };
  }

  function survived(photo: FollowedPhoto, ageMs: number) {
    if (ageMs > 0) crowd.add(photo);
    survivors.seen(photo, ageMs);
  }

  return {
    get stored() {
      return stored;
    },
    get planning() {
      return planning;
    },
    get crowd() {
      return crowd.size;
    },
    get reachedMs() {
      return Math.min(survivors.reachedMs, ...stored.observations.map(([notReady]) => notReady));
    },
    learn,
    follow,
    survived,
  };
}

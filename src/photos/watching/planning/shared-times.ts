import type { Observation, ProcessingTimeSamples } from './processing-time-samples.ts';

/** Processing times that several processes learn together. */
export interface SharedTimes {
  /** What all have learned so far, by class. */
  load(): Promise<ReadonlyMap<string, ProcessingTimeSamples>>;
  /** Adds what was seen of a photo. It is stored, and the others told, some time later. */
  add(sampleClass: string, seen: Observation): void;
  /** Has what other processes learn told to `learn`, soon after they did. */
  follow(learn: (sampleClass: string, seen: Observation) => void): void;
  /** Resolves when all that was added is stored. */
  settled(): Promise<void>;
}

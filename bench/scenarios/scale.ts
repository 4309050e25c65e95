/** How much is measured. */
export interface Scale {
  /** How often each measurement is made, in fresh processes. */
  readonly rounds: number;
  readonly warmUpSeconds: number;
  readonly querySeconds: number;
  /** Uploads of 8 MiB whose speed is measured. */
  readonly uploads: number;
  /** How many uploads of 8 MiB at once, to measure memory. */
  readonly uploadsTogether: readonly number[];
  /** Subscribers, ten on each photo. */
  readonly subscribers: number;
  /** Subscribers that wait for nothing. */
  readonly idleSubscribers: number;
  readonly mixedSubscribers: number;
  readonly mixedSeconds: number;
  /** Photos in flight, each with a subscriber. */
  readonly photosInFlight: readonly number[];
}

const full: Scale = {
  rounds: 3,
  warmUpSeconds: 2,
  querySeconds: 5,
  uploads: 256,
  uploadsTogether: [20, 200],
  subscribers: 1000,
  idleSubscribers: 5000,
  mixedSubscribers: 500,
  mixedSeconds: 8,
  photosInFlight: [10, 100, 1000, 10_000],
};

/** One round of smaller loads, in less than four minutes. */
const quick: Scale = {
  rounds: 1,
  warmUpSeconds: 0.7,
  querySeconds: 1.3,
  uploads: 64,
  uploadsTogether: [20, 200],
  subscribers: 1000,
  idleSubscribers: 2000,
  mixedSubscribers: 500,
  mixedSeconds: 2,
  photosInFlight: [100, 1000],
};

/** What a run of the tests has time for. */
const short: Scale = {
  rounds: 1,
  warmUpSeconds: 0.7,
  querySeconds: 1.3,
  uploads: 48,
  uploadsTogether: [20],
  subscribers: 100,
  idleSubscribers: 300,
  mixedSubscribers: 50,
  mixedSeconds: 1,
  photosInFlight: [10],
};

/** Only to see that a scenario works. Its figures say nothing. */
const tiny: Scale = {
  rounds: 1,
  warmUpSeconds: 0,
  querySeconds: 0.1,
  uploads: 4,
  uploadsTogether: [2],
  subscribers: 10,
  idleSubscribers: 10,
  mixedSubscribers: 10,
  mixedSeconds: 0.5,
  photosInFlight: [4],
};

/** By name, as one process tells it to another. */
export const scales = { full, quick, short, tiny } as const;

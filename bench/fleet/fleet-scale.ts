import type { ProcessingTimes } from '../provider/photo-book.ts';

/** How much is measured of a fleet. */
export interface FleetScale {
  /** Photos that are uploaded, awaited and pushed. */
  readonly photos: number;
  /** Their processing times. */
  readonly times: ProcessingTimes;
  /** Uploads of 8 MiB whose speed is measured. */
  readonly uploads: number;
  readonly querySeconds: number;
  readonly idleSeconds: number;
  /** After this the database has counted all transactions, in milliseconds. */
  readonly settleMs: number;
  /** Photos in flight when a gateway is killed. */
  readonly photosAtKill: number;
}

export const fleetScales = {
  full: {
    photos: 120,
    times: { fromMs: 3000, toMs: 9000 },
    uploads: 96,
    querySeconds: 3,
    idleSeconds: 15,
    settleMs: 12_000,
    photosAtKill: 40,
  },
  /** Only to see that it works. Its figures say nothing. */
  tiny: {
    photos: 4,
    times: { fromMs: 100, toMs: 300 },
    uploads: 2,
    querySeconds: 0.1,
    idleSeconds: 0.1,
    settleMs: 0,
    photosAtKill: 4,
  },
} as const satisfies Record<string, FleetScale>;

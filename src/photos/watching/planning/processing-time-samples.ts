import { z } from 'zod';
import type { RepairType } from '../../../provider/repair-type.ts';

/** Number of observations kept for each class. */
const MAX_OBSERVATIONS = 96;
/** With fewer photos nothing is planned. */
const MIN_OBSERVATIONS = 8;
const FEWEST_OBSERVATIONS = 3;

/**
 * Upper bound of a processing time. What seems to take longer was found ready only after an outage.
 */
const MAX_AGE_MS = 3_600_000;

const ageMs = z.int().min(0).max(MAX_AGE_MS);
const observation = z
  .tuple([ageMs, ageMs])
  .refine(([notReadyAtMs, readyAtMs]) => notReadyAtMs < readyAtMs)
  .readonly();

/**
 * Observed processing times of a class, as JSON: `[notReadyAtMs, readyAtMs]` of the last photos,
 * oldest first. The provider does not say when a photo became ready, only whether it is: its
 * processing time lies between the two ages.
 */
export const samplesSchema = z
  .object({ observations: z.array(observation).max(MAX_OBSERVATIONS).readonly() })
  .readonly();

export type ProcessingTimeSamples = z.infer<typeof samplesSchema>;

/** Similar photos that are not ready yet. */
export interface UnfinishedSamples {
  /** Ages at which polls found them not ready, ascending, in milliseconds; 0 for none yet. */
  readonly agesMs: readonly number[];
  /** How many photos each of the ages stands for. */
  readonly weight: number;
}

/** The samples to plan by. */
export interface PlanningSamples extends ProcessingTimeSamples {
  /** All photos that are being processed now. @default left out of account */
  readonly unfinished?: UnfinishedSamples;
}

export interface Observation {
  /**
   * Age of the photo when the last poll was sent that found it not ready, in milliseconds; 0 if
   * none did.
   */
  readonly notReadyAtMs: number;
  /** Age of the photo when the poll was sent that found it ready, in milliseconds. */
  readonly readyAtMs: number;
}

export const noSamples: ProcessingTimeSamples = { observations: [] };

/** Parses samples from the store. Malformed ones count as none. */
export function parseSamples(stored: unknown): ProcessingTimeSamples {
  const parsed = samplesSchema.safeParse(stored);
  return parsed.success ? parsed.data : noSamples;
}

/** Adds the observation of one photo. An impossible one, as after a clock change, is ignored. */
export function observe(
  samples: ProcessingTimeSamples,
  { notReadyAtMs, readyAtMs }: Observation,
): ProcessingTimeSamples {
  if (!(notReadyAtMs <= readyAtMs)) return samples;
  const from = Math.round(notReadyAtMs);
  const to = Math.min(Math.max(Math.round(readyAtMs), from + 1), MAX_AGE_MS);
  const seen = observation.safeParse([from, to]);
  if (!seen.success) return samples;
  return { observations: [...samples.observations, seen.data].slice(-MAX_OBSERVATIONS) };
}

export function hasEnough(samples: ProcessingTimeSamples): boolean {
  return samples.observations.length >= MIN_OBSERVATIONS;
}

/** Whether polls can be planned: fewer observations are enough beside photos that are not ready yet. */
export function canPlan({ observations, unfinished }: PlanningSamples): boolean {
  const photos = observations.length + (unfinished ? unfinished.agesMs.length : 0);
  return observations.length >= FEWEST_OBSERVATIONS && photos >= MIN_OBSERVATIONS;
}

/** Whether each new observation replaces an old one. */
export function isFull(samples: ProcessingTimeSamples): boolean {
  return samples.observations.length === MAX_OBSERVATIONS;
}

/**
 * The samples to plan a photo by: those of its own class, or of its whole repair type while its
 * class has too few.
 */
export function samplesToPlanBy(
  own: PlanningSamples,
  ofRepairType: PlanningSamples,
): PlanningSamples {
  return hasEnough(own) ? own : ofRepairType;
}

/**
 * The class of a picture: its repair type and the largest power of four up to its size, clamped to
 * 16 KiB to 64 MiB, such as `COLORIZE/1048576`. The repair type alone if the size is unknown. A
 * photo is observed in its class and in that of its repair type, `COLORIZE`.
 */
export function sampleClassOf(photo: {
  readonly repairType: RepairType;
  readonly sizeBytes: number | null;
}): string {
  if (photo.sizeBytes === null) return photo.repairType;
  const power = Math.floor(Math.log2(Math.max(photo.sizeBytes, 1)) / 2);
  return `${photo.repairType}/${4 ** Math.min(Math.max(power, 7), 13)}`;
}

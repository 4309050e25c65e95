import { z } from 'zod';
import type { RepairType } from '../../../provider/repair-type.ts';

/** So many observations are kept of each class. */
const MAX_OBSERVATIONS = 96;
/** With fewer nothing is planned from them. */
const MIN_OBSERVATIONS = 8;

/** Nothing takes longer; what seems to was found ready only after an outage. */
const MAX_AGE_MS = 3_600_000;

const ageMs = z.int().min(0).max(MAX_AGE_MS);
const observation = z
  .tuple([ageMs, ageMs])
  .refine(([notReadyAtMs, readyAtMs]) => notReadyAtMs < readyAtMs)
  .readonly();

/**
 * What was seen of a class's processing times, as JSON: `[notReadyAtMs, readyAtMs]` of the last
 * photos, oldest first. The provider does not tell when a photo became ready, only whether it is: its
 * processing time lies between the two ages.
 */
export const samplesSchema = z
  .object({ observations: z.array(observation).max(MAX_OBSERVATIONS).readonly() })
  .readonly();

export type ProcessingTimeSamples = z.infer<typeof samplesSchema>;

export interface Observation {
  /** Age of the photo when the last poll was sent that found it not ready, in milliseconds; 0 if none did. */
  readonly notReadyAtMs: number;
  /** Age of the photo when the poll was sent that found it ready. */
  readonly readyAtMs: number;
}

export const noSamples: ProcessingTimeSamples = { observations: [] };

/** Reads what a store kept; what is malformed counts as nothing. */
export function parseSamples(stored: unknown): ProcessingTimeSamples {
  const parsed = samplesSchema.safeParse(stored);
  return parsed.success ? parsed.data : noSamples;
}

/** Adds what one photo showed. An impossible observation, as after a clock was set, changes nothing. */
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

/** Whether each further observation takes the place of an old one. */
export function isFull(samples: ProcessingTimeSamples): boolean {
  return samples.observations.length === MAX_OBSERVATIONS;
}

/** The times to plan a photo by: its own class's, or all of its repair type's while those are too few. */
export function samplesToPlanBy(
  own: ProcessingTimeSamples,
  ofRepairType: ProcessingTimeSamples,
): ProcessingTimeSamples {
  return hasEnough(own) ? own : ofRepairType;
}

/**
 * Names the class of a picture: its repair type and the power of four below its size, from 16 KiB to
 * 64 MiB, such as `COLORIZE/1048576`; the repair type alone where the size is not known. A photo is
 * observed in its class and in that of its repair type, `COLORIZE`.
 */
export function sampleClassOf(photo: {
  readonly repairType: RepairType;
  readonly sizeBytes: number | null;
}): string {
  if (photo.sizeBytes === null) return photo.repairType;
  const power = Math.floor(Math.log2(Math.max(photo.sizeBytes, 1)) / 2);
  return `${photo.repairType}/${4 ** Math.min(Math.max(power, 7), 13)}`;
}

import { z } from 'zod';
import { subjectNames } from '../subjects/subject.ts';

/** What the process of one measurement tells the one that started it. */
export const runMessage = z.union([
  z.object({ started: z.number() }),
  z.object({ ended: z.number() }),
  z.object({ figures: z.record(z.string(), z.number()), others: z.number() }),
]);

/** What one measurement found. */
export const measurement = z.object({
  scenario: z.string(),
  subject: z.enum(subjectNames),
  variant: z.string(),
  round: z.number(),
  figures: z.record(z.string(), z.number()),
  /** The part of the machine's CPU that other processes had meanwhile, from 0 to 1. */
  others: z.number(),
});

export type Measurement = z.infer<typeof measurement>;

/** What is measured, as the argument of the process that does. */
export const task = z.object({
  scenario: z.string(),
  subject: z.enum(subjectNames),
  variant: z.string(),
  scale: z.string(),
});

export type Task = z.infer<typeof task>;

import { z } from 'zod';

/** An integer, also as text, as the provider may write it. Rejects `''`, `null` and booleans. */
export const wireInteger = z.union([
  z.int(),
  z
    .string()
    .regex(/^-?\d{1,15}$/)
    .transform(Number),
]);

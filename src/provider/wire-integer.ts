import { z } from 'zod';

/** A whole number, also as text, as the provider may write it; `''`, `null` and booleans are none. */
export const wireInteger = z.union([
  z.int(),
  z
    .string()
    .regex(/^-?\d{1,15}$/)
    .transform(Number),
]);

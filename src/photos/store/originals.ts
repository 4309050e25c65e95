import { z } from 'zod';
import type { UploadReference } from './store.ts';

/**
 * An original that was announced and is not kept after this time never will be: its gateway has died. In
 * milliseconds.
 */
export const ANNOUNCED_FOR_MS = 3_600_000;

const uploadRow = z.object({ id: z.string(), revision: z.int() });

/** Reads a row of any database that names an upload. */
export function readUploadReference(row: unknown): UploadReference {
  return uploadRow.parse(row);
}

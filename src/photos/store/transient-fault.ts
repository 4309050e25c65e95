import { z } from 'zod';
import { StoreUnavailableError } from './store-unavailable-error.ts';

/**
 * The primary codes (https://www.sqlite.org/rescode.html) of faults that may pass by themselves, or
 * that an operator can repair, while the gateway runs: read-only, I/O error, full, cannot be opened.
 */
const TRANSIENT = new Set([8, 10, 13, 14]);

/** The low byte of an extended code is its primary code. */
const sqliteError = z.object({ errcode: z.int().transform((code) => code & 0xff) });

/** Whether a failed write may succeed later, for example after a full disk has space again. */
export function isTransientFault(error: unknown): boolean {
  if (error instanceof StoreUnavailableError) return true;
  const code = sqliteError.safeParse(error).data?.errcode;
  return code !== undefined && TRANSIENT.has(code);
}

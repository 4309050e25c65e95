import { z } from 'zod';

/**
 * The primary codes of https://www.sqlite.org/rescode.html for what may pass by itself, or by an operator's
 * hand, while the gateway runs: read-only, an error of input or output, full, cannot be opened.
 */
const PASSING = new Set([8, 10, 13, 14]);

/** The low byte of an extended code is its primary code. */
const sqliteError = z.object({ errcode: z.int().transform((code) => code & 0xff) });

/** Whether a store may take later what it could not take now, as where its disk is full. */
export function isPassingFault(error: unknown): boolean {
  const code = sqliteError.safeParse(error).data?.errcode;
  return code !== undefined && PASSING.has(code);
}

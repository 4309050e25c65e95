import type { IncomingMessage } from 'node:http';
import { readChunks } from './read-chunks.ts';

/** How much of a body that nobody needs is still read. */
export interface DrainBounds {
  readonly maxBytes: number;
  /** In all. */
  readonly timeoutMs: number;
  /** With no byte coming. */
  readonly idleTimeoutMs: number;
}

/**
 * Reads the rest of the body of `req` and forgets it, within `bounds`. Resolves with whether nothing is
 * left to come: all was read, or the client has gone.
 */
export async function drainBody(
  req: IncomingMessage,
  { maxBytes, timeoutMs, idleTimeoutMs }: DrainBounds,
): Promise<boolean> {
  let bytesLeft = maxBytes;
  const outcome = await readChunks(req, {
    timeoutMs,
    idleTimeoutMs,
    take(chunk) {
      bytesLeft -= chunk.length;
      return bytesLeft < 0;
    },
  });
  return outcome === 'end' || outcome === 'gone';
}

/** Whether a request says that it has a body, which may have been read by now. */
export function hasBody({ headers }: IncomingMessage): boolean {
  return 'transfer-encoding' in headers || Number(headers['content-length'] ?? 0) > 0;
}

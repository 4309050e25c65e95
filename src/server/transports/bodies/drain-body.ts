import type { IncomingMessage } from 'node:http';
import { readChunks } from './read-chunks.ts';

/** How much of an unneeded body is still read. */
export interface DrainBounds {
  readonly maxBytes: number;
  /** For the whole body. */
  readonly timeoutMs: number;
  /** Between two chunks. */
  readonly idleTimeoutMs: number;
}

/**
 * Reads and discards the rest of the body of `req`, within `bounds`. Resolves with true if nothing is left to
 * read: the body has ended, or the client has disconnected.
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

/** Whether the headers of a request announce a body. It may have been read already. */
export function hasBody({ headers }: IncomingMessage): boolean {
  return 'transfer-encoding' in headers || Number(headers['content-length'] ?? 0) > 0;
}

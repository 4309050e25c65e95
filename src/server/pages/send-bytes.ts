import { once } from 'node:events';
import type { ServerResponse } from 'node:http';

/**
 * Writes the body of a response, no faster than its client reads it. `pipeline` of Node would add more
 * listeners to the response than it may have without a warning.
 * @throws the errors of `bytes`; an AbortError if `signal` aborts.
 */
export async function sendBytes(
  bytes: AsyncIterable<Uint8Array>,
  res: ServerResponse,
  signal: AbortSignal,
): Promise<void> {
  for await (const chunk of bytes) {
    if (!res.write(chunk)) await once(res, 'drain', { signal });
  }
  res.end();
}

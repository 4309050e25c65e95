/**
 * Reads `bytes` to their end and forgets them, so that a sender whose file nobody needs is not left
 * waiting. What goes wrong on the way is of no interest.
 */
export async function drain(bytes: AsyncIterable<Uint8Array>): Promise<void> {
  const reader = bytes[Symbol.asyncIterator]();
  try {
    while ((await reader.next()).done !== true);
  } catch {
    // The sender went away or stalled: it waits for nothing any more.
  }
}

import type { IncomingMessage } from 'node:http';

/**
 * Reads and discards the rest of a body, so that a client that is still sending can read its
 * response. Closing with unread bytes would reset the connection, and the response would be lost.
 * Ends with the body, or breaks the connection after `maxBytes` or `timeoutMs`.
 */
export async function drain(
  request: IncomingMessage,
  maxBytes: number,
  timeoutMs: number,
): Promise<void> {
  if (request.readableEnded || request.destroyed) return;
  const ended = Promise.withResolvers<void>();
  let drainedBytes = 0;
  const giveUp = () => request.destroy();
  function count(chunk: Buffer) {
    drainedBytes += chunk.length;
    if (drainedBytes > maxBytes) giveUp();
  }
  const timer = setTimeout(giveUp, timeoutMs);
  request.on('data', count).once('end', ended.resolve).once('close', ended.resolve).resume();
  try {
    await ended.promise;
  } finally {
    clearTimeout(timer);
    request.off('data', count);
  }
}

import type { IncomingMessage } from 'node:http';

/**
 * Reads the rest of a body and throws it away, so that a client that still sends gets to read its
 * answer: closing with unread bytes resets the connection, and the answer is lost. Ends when the
 * body has, or breaks the connection once `maxBytes` or `timeoutMs` are over.
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

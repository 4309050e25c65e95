import type { IncomingMessage } from 'node:http';

export interface ReadOptions {
  /** The longest time to read the body. */
  readonly timeoutMs: number;
  /** The longest wait for the next chunk. @default no limit of its own */
  readonly idleTimeoutMs?: number;
  /** Called with each chunk as it arrives. Reading ends if it returns `true` or throws. */
  readonly take: (chunk: Buffer) => boolean;
}

/**
 * How reading ended: `take` has had enough, the body has ended, the time is up, or the client has
 * disconnected.
 */
export type ReadOutcome = 'enough' | 'end' | 'timeout' | 'gone';

/**
 * Reads the rest of the body of `req`. Afterwards `req` is paused, its unread rest can still be read, and all
 * listeners are removed: a connection that is kept alive carries many requests.
 */
export async function readChunks(
  req: IncomingMessage,
  { timeoutMs, idleTimeoutMs, take }: ReadOptions,
): Promise<ReadOutcome> {
  if (req.readableEnded) return 'end';
  if (req.destroyed) return 'gone';
  const { promise, resolve, reject } = Promise.withResolvers<ReadOutcome>();
  const timer = setTimeout(resolve, timeoutMs, 'timeout');
  const idleTimer =
    idleTimeoutMs === undefined ? undefined : setTimeout(resolve, idleTimeoutMs, 'timeout');

  function onData(chunk: Buffer) {
    idleTimer?.refresh();
    try {
      if (!take(chunk)) return;
      resolve('enough');
    } catch (error) {
      reject(error);
    }
    // Pause immediately: a chunk that arrives before the outcome is awaited would be lost.
    req.pause();
  }

  const onEnd = () => resolve('end');
  const onClose = () => resolve('gone');
  req.on('data', onData).on('end', onEnd).on('close', onClose);
  req.resume();
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    clearTimeout(idleTimer);
    req.pause();
    req.off('data', onData).off('end', onEnd).off('close', onClose);
  }
}

import type { IncomingMessage } from 'node:http';

export interface ReadOptions {
  /** Longest time for the whole reading. */
  readonly timeoutMs: number;
  /** Longest wait for the next chunk. @default no limit of its own */
  readonly idleTimeoutMs?: number;
  /** Called with each chunk as it comes; `true` ends the reading, and what it throws ends it too. */
  readonly take: (chunk: Buffer) => boolean;
}

/** How the reading ended: `take` had enough, the body is at its end, time is up, or the client has left. */
export type ReadOutcome = 'enough' | 'end' | 'timeout' | 'gone';

/**
 * Reads the body of `req` from where it stands. Afterwards `req` is paused with the rest of its body still
 * to be read, and nothing of the reading is left on it: a connection that is kept alive carries many.
 */
export async function readChunks(req: IncomingMessage, options: ReadOptions): Promise<ReadOutcome> {
  if (req.readableEnded) return 'end';
  if (req.destroyed) return 'gone';
  const { timeoutMs, idleTimeoutMs, take } = options;
  const outcome = Promise.withResolvers<ReadOutcome>();
  using cleanup = new DisposableStack();

  function limit(delayMs: number) {
    const timer = setTimeout(outcome.resolve, delayMs, 'timeout');
    cleanup.defer(() => clearTimeout(timer));
    return timer;
  }

  limit(timeoutMs);
  const idleTimer = idleTimeoutMs === undefined ? null : limit(idleTimeoutMs);

  function onData(chunk: Buffer) {
    idleTimer?.refresh();
    try {
      if (!take(chunk)) return;
      outcome.resolve('enough');
    } catch (error) {
      outcome.reject(error);
    }
    // At once, since a chunk that came before the outcome is awaited would be lost.
    req.pause();
  }

  const onEnd = () => outcome.resolve('end');
  const onClose = () => outcome.resolve('gone');
  req.on('data', onData).on('end', onEnd).on('close', onClose);
  cleanup.defer(() => {
    req.pause();
    req.off('data', onData).off('end', onEnd).off('close', onClose);
  });
  req.resume();
  return await outcome.promise;
}

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
 * Reads the rest of the body of `req`. Afterwards nothing listens to what is left of it: a connection that is kept
 * alive carries many requests. An unread rest is paused and can still be read.
 */
export function readChunks(
  req: IncomingMessage,
  { timeoutMs, idleTimeoutMs, take }: ReadOptions,
): Promise<ReadOutcome> {
  if (req.readableEnded) return Promise.resolve('end');
  if (req.destroyed) return Promise.resolve('gone');
  const { promise, resolve, reject } = Promise.withResolvers<ReadOutcome>();
  let awaitedBytes = Number(req.headers['content-length'] ?? Infinity);
  let timers: readonly NodeJS.Timeout[] = [];

  /** Most bodies come with the head and end before it is this one's turn: timers would cost more than they. */
  function startTimers() {
    if (awaitedBytes <= 0) return;
    const delays = idleTimeoutMs === undefined ? [timeoutMs] : [timeoutMs, idleTimeoutMs];
    timers = delays.map((delayMs) => setTimeout(leave, delayMs, 'timeout'));
  }

  function leave(outcome: ReadOutcome) {
    awaitedBytes = 0;
    for (const timer of timers) clearTimeout(timer);
    // Pause immediately: a chunk that arrives before the outcome is awaited would be lost.
    req.pause();
    req.off('data', onData).off('end', onEnd).off('close', onClose);
    resolve(outcome);
  }

  function onData(chunk: Buffer) {
    awaitedBytes -= chunk.length;
    const [, idleTimer] = timers;
    idleTimer?.refresh();
    try {
      if (take(chunk)) leave('enough');
    } catch (error) {
      reject(error);
      leave('enough');
    }
  }

  const onEnd = () => leave('end');
  const onClose = () => leave('gone');
  req.on('data', onData).on('end', onEnd).on('close', onClose);
  req.resume();
  process.nextTick(startTimers);
  return promise;
}

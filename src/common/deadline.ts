/**
 * Calls `expire` once `timeoutMs` have passed, but only after reading all data that has arrived on
 * connections by then. Disposing the result cancels it.
 *
 * A process that was suspended, or whose event loop was blocked, finds its timers overdue and its responses
 * unread. Timers run first in a turn of the loop. A response that arrived in time would be thrown away, and
 * with it a photo that has been paid for. So an overdue timer lets the loop poll once, which reads all
 * pending data.
 */
export function startDeadline(timeoutMs: number, expire: () => void): Disposable {
  let polled: NodeJS.Immediate | undefined;
  const timer = setTimeout(() => {
    polled = setImmediate(expire);
  }, timeoutMs);
  return {
    [Symbol.dispose]() {
      clearTimeout(timer);
      clearImmediate(polled);
    },
  };
}

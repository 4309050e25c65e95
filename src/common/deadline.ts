/**
 * Calls `expire` once `timeoutMs` have passed and what had arrived on connections by then has been read, unless
 * it is disposed of before.
 *
 * A process that stood still (stopped, or kept from its event loop) finds its timers overdue and the answers unread:
 * timers come first in a turn of the loop. An answer that came in time would be thrown away, and with it a photo
 * that is paid for. So a timer that is due lets the loop poll once, which reads each connection dry.
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

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
  return new Deadline(timeoutMs, expire);
}

class Deadline implements Disposable {
  readonly #timer: NodeJS.Timeout;
  #polled: NodeJS.Immediate | undefined;

  constructor(timeoutMs: number, expire: () => void) {
    this.#timer = setTimeout(() => {
      this.#polled = setImmediate(expire);
    }, timeoutMs);
  }

  [Symbol.dispose]() {
    clearTimeout(this.#timer);
    clearImmediate(this.#polled);
  }
}

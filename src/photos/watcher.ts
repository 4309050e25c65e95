import { abortable, bounded } from '../bounded.ts';
import { GatewayError } from '../errors.ts';
import type { Log } from '../log.ts';
import { pollUntilReady, type PollOptions } from './poll-until-ready.ts';

/** Tells when photos are ready, with one poll loop for each photo however many wait for it. */
export interface Watcher {
  /**
   * Resolves once the photo is ready. The first waiter of a photo starts its poll loop and the last one
   * to leave, by success, failure or `signal`, ends it.
   * @throws `WAIT_TIMEOUT`; what ends the poll loop, such as `PHOTO_NOT_FOUND`; the `signal`'s reason.
   */
  whenReady(id: string, signal: AbortSignal): Promise<void>;
}

export interface WatcherOptions extends PollOptions {
  /** Longest wait of one waiter, in milliseconds. */
  readonly waitTimeoutMs: number;
  readonly log: Log;
}

interface Watch {
  readonly ready: Promise<void>;
  readonly controller: AbortController;
  waiters: number;
}

export function createWatcher(options: WatcherOptions): Watcher {
  const { waitTimeoutMs } = options;
  const watches = new Map<string, Watch>();

  function join(id: string): Watch {
    const running = watches.get(id);
    if (running) {
      running.waiters += 1;
      return running;
    }
    const controller = new AbortController();
    const ready = pollUntilReady(id, options, controller.signal);
    const watch: Watch = { ready, controller, waiters: 1 };
    watches.set(id, watch);
    // A loop that has ended, well or not, serves nobody who comes later: they ask anew.
    ready.catch(() => undefined).finally(() => forget(id, watch));
    return watch;
  }

  function leave(id: string, watch: Watch) {
    watch.waiters -= 1;
    if (watch.waiters > 0) return;
    forget(id, watch);
    watch.controller.abort();
  }

  function forget(id: string, watch: Watch) {
    if (watches.get(id) === watch) watches.delete(id);
  }

  async function whenReady(id: string, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const watch = join(id);
    const bounds = { signals: [signal], timeoutMs: waitTimeoutMs, timeoutError: tookTooLong };
    try {
      await bounded(bounds, (ended) => abortable(watch.ready, ended));
    } finally {
      leave(id, watch);
    }
  }

  function tookTooLong() {
    return new GatewayError(
      'WAIT_TIMEOUT',
      `The photo is not ready after ${waitTimeoutMs} ms of waiting: subscribe again to wait on.`,
    );
  }

  return { whenReady };
}

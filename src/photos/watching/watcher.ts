import { GatewayError } from '../../common/errors.ts';
import type { WaitBounds } from '../../common/wait-for.ts';
import type { PhotoRecord } from '../store/store.ts';
import { createIdSlots } from './id-slots.ts';
import type { Poller } from './poller.ts';
import type { Waiters } from './waiters.ts';
import type { WatchQueue } from './watch-queue.ts';

/** Lets clients wait for photos. However many wait for one, it is polled by one loop. */
export interface Watcher {
  /**
   * Resolves once the photo is ready, or gone. An id that the waiter did not upload is polled apart,
   * even if another client uploaded that photo. The first waiter starts that. The last to leave ends
   * it, be it by success, failure or `signal`. The number of such ids that are polled for one client
   * at a time is limited; further ones wait for their turn.
   * @throws `WAIT_TIMEOUT`; a permanent failure of a poll (`retryable: false`), such as
   * `PHOTO_NOT_FOUND`, which any answer of the provider means for the photo of another client; the
   * reason of `signal`.
   */
  whenReady(wanted: WantedPhoto, signal: AbortSignal): Promise<void>;
}

export interface WantedPhoto {
  readonly id: string;
  /** The photo, if the waiter uploaded it; null for any other id. */
  readonly own: PhotoRecord | null;
  /** The key that limits count the waiter under. */
  readonly rateLimitKey: string;
}

export interface WatcherOptions {
  readonly queue: Pick<WatchQueue, 'wantUpload' | 'wantForeign' | 'unwantForeign'>;
  readonly poller: Pick<Poller, 'promote'>;
  readonly waiters: Pick<Waiters, 'wait'>;
  /** Longest wait of one waiter, in milliseconds. */
  readonly waitTimeoutMs: number;
  /** How many ids that a client did not upload are polled for it at a time. @default 200 */
  readonly maxForeignPerClient?: number;
}

export function createWatcher(options: WatcherOptions): Watcher {
  const { queue, poller, waiters, waitTimeoutMs, maxForeignPerClient = 200 } = options;
  const foreignSlots = createIdSlots(maxForeignPerClient);

  function whenReady(wanted: WantedPhoto, signal: AbortSignal): Promise<void> {
    const untilMs = performance.now() + waitTimeoutMs;
    const bounds = { signal, untilMs, timeoutError: tookTooLong };
    return wanted.own === null ? whenForeignReady(wanted, bounds) : wait(wanted, bounds);
  }

  async function whenForeignReady(wanted: WantedPhoto, bounds: WaitBounds): Promise<void> {
    const giveBack = await foreignSlots.take(wanted.rateLimitKey, wanted.id, bounds);
    try {
      await wait(wanted, bounds);
    } finally {
      giveBack();
    }
  }

  function wait({ id, own, rateLimitKey }: WantedPhoto, bounds: WaitBounds): Promise<void> {
    const photo = { id, revision: own?.revision ?? 0 };
    function onFirst() {
      if (own === null) queue.wantForeign(id, rateLimitKey);
      else queue.wantUpload(own, rateLimitKey);
      poller.promote(photo);
    }
    const onLast = photo.revision === 0 ? () => queue.unwantForeign(id) : ignore;
    return waiters.wait({ photo, rateLimitKey, onFirst, onLast }, bounds);
  }

  function tookTooLong() {
    return new GatewayError(
      'WAIT_TIMEOUT',
      `The photo is not ready after ${waitTimeoutMs} ms of waiting: subscribe again to wait on.`,
    );
  }

  return { whenReady };
}

const ignore = () => undefined;

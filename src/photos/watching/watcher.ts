import { abortable, bounded } from '../../bounded.ts';
import { GatewayError } from '../../errors.ts';
import type { Telemetry } from '../../telemetry/telemetry.ts';
import type { PhotoRecord } from '../store/store.ts';
import type { LearnedPace } from './learned-pace.ts';
import { pollUntilReady, type PollOptions, type PollTarget } from './poll-until-ready.ts';

/** Tells when photos are ready, with one poll loop for each photo however many wait for it. */
export interface Watcher {
  /**
   * Polls a photo that was uploaded here to its end, whether anyone waits for it or not, and in place of
   * what was polled under its id before.
   */
  watch(photo: PhotoRecord): void;
  /**
   * Resolves once the photo is ready. Where it is not watched in any case, the first who waits starts its
   * poll loop and the last one to leave, by success, failure or `signal`, ends it.
   * @throws `WAIT_TIMEOUT`; a failure of a poll that will not pass (`retryable: false`), such as
   * `PHOTO_NOT_FOUND`; the `signal`'s reason.
   */
  whenReady(id: string, signal: AbortSignal): Promise<void>;
  /** Another has seen that the photo is ready: those who wait for it are told now. */
  foundReady(id: string): void;
  /** The uploaded photo that is being watched, as it was uploaded; null where there is none. */
  uploaded(id: string): PhotoRecord | null;
  /** Ends all polling, and resolves when nothing of it is under way. */
  close(): Promise<void>;
}

export interface WatcherOptions extends PollOptions {
  readonly telemetry: Pick<Telemetry, 'tracing' | 'polled' | 'foundReady' | 'photosWatched'>;
  /** Longest wait of one waiter, in milliseconds. */
  readonly waitTimeoutMs: number;
  readonly pace: LearnedPace;
  /** Called when a photo is found ready, before anyone else is told. `revision` is 0 where it is not ours. */
  readonly onReady: (id: string, revision: number) => Promise<void>;
  /** Called when an uploaded photo's watch ends without it: it is gone, or too old. */
  readonly onLost: (photo: PhotoRecord) => Promise<void>;
  /** How old an uploaded photo gets that is still polled, in milliseconds. @default 24 hours */
  readonly maxWatchMs?: number;
}

interface Watch {
  readonly id: string;
  /** The uploaded photo; null where it is polled only for those who wait. */
  photo: PhotoRecord | null;
  /** Ends the loop of this moment. */
  controller: AbortController;
  /** What those who wait are told. */
  outcome: PromiseWithResolvers<void>;
  waiters: number;
}

export function createWatcher(options: WatcherOptions): Watcher {
  const { waitTimeoutMs, pace, telemetry, log, now, maxWatchMs = 86_400_000 } = options;
  const watches = new Map<string, Watch>();
  const loops = new Set<Promise<void>>();

  function open(id: string, photo: PhotoRecord | null): Watch {
    const controller = new AbortController();
    const watch: Watch = { id, photo, controller, outcome: createOutcome(), waiters: 0 };
    watches.set(id, watch);
    telemetry.photosWatched(watches.size);
    return watch;
  }

  function start(watch: Watch) {
    const { controller } = watch;
    const loop = run(watch, controller.signal).finally(() => loops.delete(loop));
    loops.add(loop);
  }

  async function run(watch: Watch, signal: AbortSignal): Promise<void> {
    const { id, photo } = watch;
    try {
      await pollUntilReady(targetOf(watch), options, signal);
    } catch (error) {
      if (signal.aborted) return;
      end(watch, (outcome) => outcome.reject(error));
      if (photo !== null) await giveUp(photo, error);
      return;
    }
    try {
      await options.onReady(id, photo?.revision ?? 0);
      if (!signal.aborted) end(watch, (outcome) => outcome.resolve());
    } catch (error) {
      // Still watched as the store has it: a restart finds it ready again.
      log.error({ err: error, photoId: id }, 'A photo is ready, and that cannot be stored');
      if (!signal.aborted) end(watch, (outcome) => outcome.reject(error));
    }
  }

  function end(watch: Watch, tell: (outcome: PromiseWithResolvers<void>) => void) {
    forget(watch);
    tell(watch.outcome);
  }

  async function giveUp(photo: PhotoRecord, reason: unknown): Promise<void> {
    log.warn({ err: reason, photoId: photo.id }, 'An uploaded photo is watched no more');
    await options.onLost(photo).catch((error: unknown) => {
      log.error({ err: error, photoId: photo.id }, 'The end of a watch cannot be stored');
    });
  }

  function targetOf(watch: Watch): PollTarget {
    const { photo } = watch;
    const bornAtMs = photo?.uploadedAt?.getTime() ?? now();

    /** Of an uploaded photo everything but its absence may pass: a secret that is set wrong is set right. */
    function onFailure(error: GatewayError, ageMs: number) {
      if (photo === null) {
        if (!error.retryable) throw error;
        return;
      }
      if (error.code === 'PHOTO_NOT_FOUND' || ageMs > maxWatchMs) throw error;
      if (error.retryable) return;
      watch.outcome.reject(error);
      watch.outcome = createOutcome();
    }

    return {
      id: watch.id,
      bornAtMs,
      pace: photo === null ? pace.unlearned() : pace.of(photo),
      weight: () => (watch.waiters > 0 ? 10 : 1),
      waiters: () => watch.waiters,
      onFailure,
    };
  }

  function watchUploaded(photo: PhotoRecord) {
    const known = watches.get(photo.id);
    known?.controller.abort();
    const watch = known ?? open(photo.id, photo);
    watch.photo = photo;
    watch.controller = new AbortController();
    start(watch);
  }

  function join(id: string): Watch {
    const known = watches.get(id);
    const watch = known ?? open(id, null);
    watch.waiters += 1;
    if (known === undefined) start(watch);
    return watch;
  }

  function leave(watch: Watch) {
    watch.waiters -= 1;
    if (watch.waiters > 0 || watch.photo !== null) return;
    forget(watch);
    watch.controller.abort();
  }

  function forget(watch: Watch) {
    if (watches.get(watch.id) === watch) watches.delete(watch.id);
    telemetry.photosWatched(watches.size);
  }

  async function whenReady(id: string, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const watch = join(id);
    const bounds = { signals: [signal], timeoutMs: waitTimeoutMs, timeoutError: tookTooLong };
    try {
      await bounded(bounds, (ended) => abortable(watch.outcome.promise, ended));
    } finally {
      leave(watch);
    }
  }

  function foundReady(id: string) {
    const watch = watches.get(id);
    if (watch === undefined) return;
    forget(watch);
    watch.controller.abort();
    watch.outcome.resolve();
  }

  async function close() {
    for (const { controller } of watches.values()) controller.abort();
    watches.clear();
    telemetry.photosWatched(0);
    await Promise.all(loops);
  }

  function tookTooLong() {
    return new GatewayError(
      'WAIT_TIMEOUT',
      `The photo is not ready after ${waitTimeoutMs} ms of waiting: subscribe again to wait on.`,
    );
  }

  return {
    watch: watchUploaded,
    whenReady,
    foundReady,
    uploaded: (id) => watches.get(id)?.photo ?? null,
    close,
  };
}

function createOutcome(): PromiseWithResolvers<void> {
  const outcome = Promise.withResolvers<void>();
  // Nobody may be waiting.
  outcome.promise.catch(() => undefined);
  return outcome;
}

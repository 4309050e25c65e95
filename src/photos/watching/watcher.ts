import { GatewayError } from '../../common/errors.ts';
import type { WaitBounds } from '../../common/wait-for.ts';
import type { Telemetry } from '../../telemetry/telemetry.ts';
import type { PhotoRecord } from '../store/store.ts';
import { createIdSlots } from './id-slots.ts';
import { createPollTargets, type PollTargetsOptions } from './poll-targets.ts';
import { createPollLoop, type PollOptions } from './poll-loop.ts';
import type { PollStatus } from './poll-target.ts';
import { createWatch, tellAll, waitForWatch, type Watch } from './watch.ts';

/** Watches photos until they are ready, with one poll loop for each photo, however many clients wait. */
export interface Watcher {
  /** Polls a photo that was uploaded here until it is done, whether a client waits for it or not. */
  watch(photo: PhotoRecord): void;
  /** Lets its polls take the turns of `rateLimitKey` while nobody waits for it. */
  assign(id: string, rateLimitKey: string): void;
  /**
   * Resolves once the photo is ready. An id that the waiter did not upload has a poll loop of its own,
   * even if another client uploaded that photo. The first waiter starts that loop. The last to leave
   * ends it, be it by success, failure or `signal`. The number of such ids that are polled for one
   * client at a time is limited; further ones wait for their turn.
   * @throws `WAIT_TIMEOUT`; a permanent failure of a poll (`retryable: false`), such as
   * `PHOTO_NOT_FOUND`, which any answer of the provider means for the photo of another client; the
   * reason of `signal`.
   */
  whenReady(wanted: WantedPhoto, signal: AbortSignal): Promise<void>;
  /** Tells the waiters that the photo is ready, as another part of the gateway has found. */
  foundReady(photo: Pick<PhotoRecord, 'id' | 'revision'>): void;
  /** The uploaded photo that is being watched, as it was uploaded; null if there is none. */
  uploaded(id: string): PhotoRecord | null;
  /**
   * The status of a photo that was uploaded here, as its polls find it; see `PollLoop.status`. Null if
   * this upload of it is not being watched.
   */
  statusOf(
    photo: Pick<PhotoRecord, 'id' | 'revision'>,
    signal?: AbortSignal,
  ): Promise<PollStatus | null>;
  /** Ends all polling. Resolves when no poll is running any more. */
  close(): Promise<void>;
}

export interface WantedPhoto {
  readonly id: string;
  /** The photo, if the waiter uploaded it; null for any other id. */
  readonly own: PhotoRecord | null;
  /** The key that limits count the waiter under. */
  readonly rateLimitKey: string;
}

export interface WatcherOptions extends PollOptions, PollTargetsOptions {
  readonly telemetry: Pick<Telemetry, 'tracing' | 'polled' | 'foundReady' | 'photosWatched'>;
  /** Longest wait of one waiter, in milliseconds. */
  readonly waitTimeoutMs: number;
  /**
   * Stores and announces that a photo was found ready. `revision` is 0 for a photo that was not
   * uploaded here.
   */
  readonly markReady: (id: string, revision: number) => Promise<void>;
  /** Stores that the watch of an uploaded photo ended without success: it is gone, or too old. */
  readonly markLost: (photo: PhotoRecord) => Promise<void>;
  /** How many ids that a client did not upload are polled for it at a time. @default 200 */
  readonly maxForeignPerClient?: number;
}

/** Not a new reason for each photo: an error takes longer to make than the rest of its end. */
const ENDED = new Error('The photo is polled no more');

export function createWatcher(options: WatcherOptions): Watcher {
  const { waitTimeoutMs, telemetry, log, maxForeignPerClient = 200 } = options;
  const targets = createPollTargets(options);
  /** Photos that were uploaded here. */
  const watches = new Map<string, Watch>();
  /** Ids whose waiters did not upload them, whether another client did or nobody. */
  const foreign = new Map<string, Watch>();
  const foreignSlots = createIdSlots(maxForeignPerClient);
  const loops = new Set<Promise<void>>();

  const mapOf = ({ photo }: Watch) => (photo === null ? foreign : watches);
  const count = () => telemetry.photosWatched(watches.size + foreign.size);

  function open(id: string, photo: PhotoRecord | null): Watch {
    const watch = createWatch(id, photo);
    mapOf(watch).set(id, watch);
    count();
    return watch;
  }

  function start(watch: Watch) {
    const { controller } = watch;
    const loop = run(watch, controller.signal).finally(() => loops.delete(loop));
    loops.add(loop);
  }

  async function run(watch: Watch, signal: AbortSignal): Promise<void> {
    const { id, photo } = watch;
    const target = photo === null ? targets.foreign(watch) : targets.uploaded(watch, photo);
    watch.loop = createPollLoop(target, options, signal);
    try {
      await watch.loop.run();
    } catch (error) {
      if (signal.aborted) return;
      if (photo !== null) await giveUp(photo, error);
      if (!signal.aborted) end(watch, (outcome) => outcome.reject(error));
      return;
    }
    try {
      await options.markReady(id, photo?.revision ?? 0);
      if (!signal.aborted) end(watch, (outcome) => outcome.resolve());
    } catch (error) {
      // In the store it is still watched, so a restart finds it ready again.
      log.error({ err: error, photoId: id }, 'A photo is ready, but this cannot be stored');
      if (!signal.aborted) end(watch, (outcome) => outcome.reject(error));
    }
  }

  function end(watch: Watch, tell: Parameters<typeof tellAll>[1]) {
    forget(watch);
    tellAll(watch, tell);
  }

  async function giveUp(photo: PhotoRecord, reason: unknown): Promise<void> {
    log.warn({ err: reason, photoId: photo.id }, 'An uploaded photo is no longer watched');
    await options.markLost(photo).catch((error: unknown) => {
      log.error({ err: error, photoId: photo.id }, 'The end of a watch cannot be stored');
    });
  }

  function watchUploaded(photo: PhotoRecord) {
    options.absences.reset(photo.id);
    const known = watches.get(photo.id);
    known?.controller.abort(ENDED);
    const watch = known ?? open(photo.id, photo);
    watch.photo = photo;
    watch.controller = new AbortController();
    start(watch);
    return watch;
  }

  function join(id: string, own: PhotoRecord | null): Watch {
    if (own !== null) return watches.get(id) ?? watchUploaded(own);
    const known = foreign.get(id);
    if (known !== undefined) return known;
    const watch = open(id, null);
    start(watch);
    return watch;
  }

  function leave(watch: Watch) {
    if (watch.waiters.size > 0 || watch.photo !== null) return;
    forget(watch);
    watch.controller.abort(ENDED);
  }

  function forget(watch: Watch) {
    const map = mapOf(watch);
    if (map.get(watch.id) === watch) map.delete(watch.id);
    count();
  }

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
    // A watch that was joined must also be left.
    if (bounds.signal?.aborted === true) return Promise.reject(bounds.signal.reason);
    const watch = join(id, own);
    const told = waitForWatch(watch, rateLimitKey, bounds, leave);
    if (watch.waiters.size === 1) watch.loop?.promote();
    return told;
  }

  function foundReady({ id, revision }: Pick<PhotoRecord, 'id' | 'revision'>) {
    const watch = (revision > 0 ? watches : foreign).get(id);
    if (watch === undefined) return;
    watch.controller.abort(ENDED);
    end(watch, (outcome) => outcome.resolve());
  }

  async function statusOf(
    { id, revision }: Pick<PhotoRecord, 'id' | 'revision'>,
    signal?: AbortSignal,
  ): Promise<PollStatus | null> {
    const watch = watches.get(id);
    if (watch?.photo?.revision !== revision) return null;
    return (await watch.loop?.status(signal)) ?? null;
  }

  async function close() {
    for (const { controller } of [...watches.values(), ...foreign.values()])
      controller.abort(ENDED);
    watches.clear();
    foreign.clear();
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
    watch: (photo) => void watchUploaded(photo),
    assign(id, rateLimitKey) {
      const watch = watches.get(id);
      if (watch !== undefined) watch.rateLimitKey = rateLimitKey;
    },
    whenReady,
    foundReady,
    uploaded: (id) => watches.get(id)?.photo ?? null,
    statusOf,
    close,
  };
}

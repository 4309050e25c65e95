import type { PhotoRecord } from '../store/store.ts';
import type { Telemetry } from '../../telemetry/telemetry.ts';
import type { PhotoRevision } from './photo-revision.ts';
import { createPollLoop, type PollLoop, type PollOptions } from './poll-loop.ts';
import type { PollStatus } from './poll-target.ts';
import { createPollTargets, type PollTargetsOptions } from './poll-targets.ts';
import type { PollTask } from './poll-task.ts';

/** Runs the poll loops of this process, and stores what they find. */
export interface Poller {
  /**
   * Polls a photo until it is done, and stores that. The loop has begun when the call returns. There
   * must be no other loop for this photo, unless its signal has aborted.
   * @returns how it ended; null if `signal` ended it.
   */
  poll(task: PollTask, signal: AbortSignal): Promise<PollEnd | null>;
  /** Notes that a client has begun to wait: the next poll is worth more. */
  promote(photo: PhotoRevision): void;
  /** The uploaded photo that is polled here, as it was uploaded; null if there is none. */
  uploaded(id: string): PhotoRecord | null;
  /**
   * The status of a photo that was uploaded here, as its polls find it; see `PollLoop.status`. Null if
   * this upload of it is not polled here.
   */
  statusOf(photo: PhotoRevision, signal?: AbortSignal): Promise<PollStatus | null>;
  /** The same as far as it is known without a poll; null if it is not. */
  latestStatusOf(photo: PhotoRevision): PollStatus | null;
}

/** How the polling of a photo ended: it is ready, or `error` tells why it is polled no more. */
export type PollEnd = { readonly error: null } | { readonly error: unknown };

export interface PollerOptions extends PollOptions, PollTargetsOptions {
  readonly telemetry: Pick<Telemetry, 'tracing' | 'polled' | 'foundReady' | 'photosWatched'>;
  /**
   * Stores and announces that a photo was found ready. `revision` is 0 for a photo that was not
   * uploaded here.
   */
  readonly markReady: (photo: PhotoRevision, signal: AbortSignal) => Promise<void>;
  /** Stores that the watch of an uploaded photo ended without success: it is gone, or too old. */
  readonly markLost: (photo: PhotoRecord, signal: AbortSignal) => Promise<void>;
}

interface Running {
  readonly task: PollTask;
  readonly loop: PollLoop;
}

export function createPoller(options: PollerOptions): Poller {
  const { telemetry, log, absences } = options;
  const targets = createPollTargets(options);
  const uploads = new Map<string, Running>();
  const foreignIds = new Map<string, Running>();

  const mapOf = ({ revision }: PhotoRevision) => (revision > 0 ? uploads : foreignIds);
  const count = () => telemetry.photosWatched(uploads.size + foreignIds.size);

  async function poll(task: PollTask, signal: AbortSignal): Promise<PollEnd | null> {
    const { id } = task;
    if (task.photo !== null) absences.reset(id);
    const loop = createPollLoop(targets.of(task), options, signal);
    const running = { task, loop };
    mapOf(task).set(id, running);
    count();
    try {
      return await runToEnd(running, signal);
    } finally {
      if (mapOf(task).get(id) === running) mapOf(task).delete(id);
      count();
    }
  }

  async function runToEnd({ task, loop }: Running, signal: AbortSignal): Promise<PollEnd | null> {
    const end = (await failureOf(loop.run())) ?? { error: null };
    if (signal.aborted) return null;
    if (end.error === null) return storeReady(task, signal);
    if (task.photo !== null) await giveUp(task.photo, end.error, signal);
    return signal.aborted ? null : end;
  }

  async function storeReady(task: PollTask, signal: AbortSignal) {
    const failed = await failureOf(options.markReady(task, signal));
    // In the store it is still watched, so a restart finds it ready again.
    if (failed !== null && !signal.aborted)
      log.error(
        { err: failed.error, photoId: task.id },
        'A photo is ready, but this cannot be stored',
      );
    return signal.aborted ? null : (failed ?? { error: null });
  }

  async function giveUp(photo: PhotoRecord, reason: unknown, signal: AbortSignal): Promise<void> {
    log.warn({ err: reason, photoId: photo.id }, 'An uploaded photo is no longer watched');
    const failed = await failureOf(options.markLost(photo, signal));
    if (failed !== null)
      log.error({ err: failed.error, photoId: photo.id }, 'The end of a watch cannot be stored');
  }

  function loopOf({ id, revision }: PhotoRevision): PollLoop | null {
    const running = uploads.get(id);
    return running?.task.revision === revision ? running.loop : null;
  }

  return {
    poll,
    promote: (photo) => mapOf(photo).get(photo.id)?.loop.promote(),
    uploaded: (id) => uploads.get(id)?.task.photo ?? null,
    statusOf: async (photo, signal) => loopOf(photo)?.status(signal) ?? null,
    latestStatusOf: (photo) => loopOf(photo)?.latestStatus() ?? null,
  };
}

/** Returns the failure of `work`; null for none. */
async function failureOf(work: Promise<unknown>): Promise<{ readonly error: unknown } | null> {
  try {
    await work;
    return null;
  } catch (error) {
    return { error };
  }
}

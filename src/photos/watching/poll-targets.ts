import { noSuchPhoto } from '../../provider/errno.ts';
import type { Provider } from '../../provider/provider.ts';
import { isNotFound } from '../failures.ts';
import { PICTURE_LIFETIME_MS } from '../photo.ts';
import type { PhotoRecord } from '../store/store.ts';
import type { Absences } from './absences.ts';
import type { LearnedPollStrategy } from './planning/learned-poll-strategy.ts';
import type { PhotoRevision } from './photo-revision.ts';
import type { PollTarget } from './poll-target.ts';
import type { PollTask } from './poll-task.ts';
import type { Waiters } from './waiters.ts';

/** Makes the target of the polls of one task: what is asked, and which failure ends the polling. */
export interface PollTargets {
  /**
   * A photo that was uploaded here: any failure may be temporary, so hardly one ends its polling. Of an
   * id whose waiters did not upload it, the first failure that is not temporary ends the polling. If
   * another client uploaded it, that failure is the one of an unknown id.
   */
  of(task: PollTask): PollTarget;
}

export interface PollTargetsOptions {
  readonly provider: Pick<Provider, 'status' | 'forClient'>;
  readonly absences: Absences;
  readonly strategy: LearnedPollStrategy;
  readonly waiters: Pick<Waiters, 'count' | 'holder'>;
  /** Called with each failure of an uploaded photo's polls that is not temporary. They go on. */
  readonly onTrouble: (photo: PhotoRevision, error: unknown) => void;
  /** Whether any client uploaded this id here. */
  readonly isUploaded: (id: string, signal: AbortSignal) => Promise<boolean>;
  /**
   * The age up to which an uploaded photo is polled while all polls fail, in milliseconds.
   * @default 24 hours
   */
  readonly maxWatchMs?: number;
  /** The clock, in milliseconds since 1970. */
  readonly now: () => number;
}

/** Consecutive failures that end the watch of a photo older than `maxWatchMs`. */
const LAST_FAILURES = 8;

export function createPollTargets(options: PollTargetsOptions): PollTargets {
  const { provider, absences, strategy, waiters, onTrouble, isUploaded, now } = options;
  const { maxWatchMs = 86_400_000 } = options;

  function uploaded(task: PollTask, photo: PhotoRecord): PollTarget {
    const { id } = photo;
    async function ask(signal: AbortSignal) {
      const status = await provider.status(id, signal);
      absences.reset(id);
      return status;
    }
    return {
      ...waitersOf(task),
      uploaded: true,
      bornAtMs: photo.uploadedAt?.getTime() ?? now(),
      strategy: strategy.of(photo),
      ask,
      /** Any failure may be temporary: a wrong secret is corrected, a missing photo is found. */
      onFailure({ error, ageMs, failures }) {
        const isGone =
          isNotFound(error) && absences.recordNotFound(id) && ageMs > PICTURE_LIFETIME_MS;
        if (isGone || (ageMs > maxWatchMs && failures >= LAST_FAILURES)) throw error;
        if (!error.retryable && !isNotFound(error)) onTrouble(photo, error);
      },
    };
  }

  function foreign(task: PollTask): PollTarget {
    const { id } = task;
    const target = waitersOf(task);
    async function ask(signal: AbortSignal) {
      const status = await provider.forClient(target.holder()).status(id, signal);
      // The waiters did not upload it. If another client did, they get the answer for an unknown id.
      if (await isUploaded(id, signal)) throw noSuchPhoto();
      return status;
    }
    return {
      ...target,
      uploaded: false,
      bornAtMs: now(),
      strategy: strategy.unlearned(),
      ask,
      onFailure({ error }) {
        if (!error.retryable) throw error;
      },
    };
  }

  function waitersOf(task: PollTask) {
    return {
      id: task.id,
      holder: () => waiters.holder(task) ?? task.rateLimitKey,
      waiters: () => waiters.count(task),
    };
  }

  return { of: (task) => (task.photo === null ? foreign(task) : uploaded(task, task.photo)) };
}

import { noSuchPhoto } from '../../provider/errno.ts';
import type { Provider } from '../../provider/provider.ts';
import { isNotFound } from '../failures.ts';
import { PICTURE_LIFETIME_MS } from '../photo.ts';
import type { PhotoRecord } from '../store/store.ts';
import type { Absences } from './absences.ts';
import type { LearnedPollStrategy } from './planning/learned-poll-strategy.ts';
import type { PollTarget } from './poll-target.ts';
import { holderOf, tellAll, type Watch } from './watch.ts';

/** Makes the target of a watch's polls: what is asked, and which failure ends the polling. */
export interface PollTargets {
  /** A photo that was uploaded here. Any failure may be temporary, so hardly one ends its polling. */
  uploaded(watch: Watch, photo: PhotoRecord): PollTarget;
  /**
   * An id whose waiters did not upload it. The first failure that is not temporary ends its polling.
   * If another client uploaded it, that failure is the one of an unknown id.
   */
  foreign(watch: Watch): PollTarget;
}

export interface PollTargetsOptions {
  readonly provider: Pick<Provider, 'status' | 'forClient'>;
  readonly absences: Absences;
  readonly strategy: LearnedPollStrategy;
  /** Whether any client uploaded this id here. */
  readonly isUploaded: (id: string) => Promise<boolean>;
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
  const { provider, absences, strategy, isUploaded, maxWatchMs = 86_400_000, now } = options;

  function uploaded(watch: Watch, photo: PhotoRecord): PollTarget {
    const { id } = watch;
    async function ask(signal: AbortSignal) {
      const status = await provider.status(id, signal);
      absences.reset(id);
      return status;
    }
    return {
      ...waitersOf(watch),
      uploaded: true,
      bornAtMs: photo.uploadedAt?.getTime() ?? now(),
      strategy: strategy.of(photo),
      ask,
      /** Any failure may be temporary: a wrong secret is corrected, a missing photo is found. */
      onFailure({ error, ageMs, failures }) {
        const isGone =
          isNotFound(error) && absences.recordNotFound(id) && ageMs > PICTURE_LIFETIME_MS;
        if (isGone || (ageMs > maxWatchMs && failures >= LAST_FAILURES)) throw error;
        if (!error.retryable && !isNotFound(error)) tellAll(watch, ({ reject }) => reject(error));
      },
    };
  }

  function foreign(watch: Watch): PollTarget {
    const { id } = watch;
    async function ask(signal: AbortSignal) {
      const status = await provider.forClient(holderOf(watch)).status(id, signal);
      // The waiters did not upload it. If another client did, they get the answer for an unknown id.
      if (await isUploaded(id)) throw noSuchPhoto();
      return status;
    }
    return {
      ...waitersOf(watch),
      uploaded: false,
      bornAtMs: now(),
      strategy: strategy.unlearned(),
      ask,
      onFailure({ error }) {
        if (!error.retryable) throw error;
      },
    };
  }

  return { uploaded, foreign };
}

function waitersOf(watch: Watch) {
  const { id, waiters } = watch;
  return { id, holder: () => holderOf(watch), waiters: () => waiters.size };
}

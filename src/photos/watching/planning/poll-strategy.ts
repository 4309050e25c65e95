import type { FollowedPhoto } from './unfinished-photos.ts';

/** How far the polling of one photo has come. Ages are in milliseconds since its upload. */
export interface PollProgress {
  /** The photo's age when the last poll was sent that found it not ready; 0 if none did. */
  readonly askedAtMs: number;
  /** The photo's age now. */
  readonly ageMs: number;
  /** Polls so far, including those that failed. */
  readonly polls: number;
  /** Consecutive failed polls. */
  readonly failures: number;
}

/** Decides when to poll one photo. */
export interface PollStrategy {
  /** The age of the next poll. Call it when a poll has ended. An age that has passed means now. */
  nextPollAgeMs(progress: PollProgress): number;
  /** The probability that the photo is ready now, from 0 to 1. */
  readyChance(progress: PollProgress): number;
  /**
   * Of such photos that are not ready at `ageMs`, half are ready by this age, which is later than
   * `ageMs`. Null if there are too few samples, or if the photo has outlived them.
   */
  medianReadyAgeMs(ageMs: number): number | null;
  /**
   * Counts the photo among those that are being processed, until the result is disposed of. It is
   * called back when its next poll should be planned anew.
   */
  follow(photo: FollowedPhoto): Disposable;
  /**
   * Call it once, with the ages at which the last two polls were sent: the photo was ready at the
   * second.
   */
  observe(seen: { readonly notReadyAtMs: number; readonly readyAtMs: number }): void;
}

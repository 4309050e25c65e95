/** How far the polling of one photo has come. Ages are in milliseconds since its upload. */
export interface PollProgress {
  /** Its age when the last poll was sent that found it not ready; 0 where none did. */
  readonly askedAtMs: number;
  /** Its age now. */
  readonly ageMs: number;
  /** Polls so far, those that failed too. */
  readonly polls: number;
  /** Polls that have failed in a row. */
  readonly failures: number;
}

/** Says when to ask for one photo. */
export interface PollStrategy {
  /** The age at which to poll next; to be asked for when a poll has ended. One that has passed means now. */
  nextPollAgeMs(progress: PollProgress): number;
  /** How likely it is ready by now, from 0 to 1. */
  readyChance(progress: PollProgress): number;
  /**
   * The age by which half of such photos are ready that are not ready at `ageMs`, and later than that.
   * Null where too few were seen to say, and where it has outlived what was seen.
   */
  medianReadyAgeMs(ageMs: number): number | null;
  /** To be told once, with the ages at which the last two polls were sent: the photo was ready at the second. */
  observe(seen: { readonly notReadyAtMs: number; readonly readyAtMs: number }): void;
}

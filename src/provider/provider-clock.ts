import type { Log } from '../common/log.ts';

/** Tells the time that the provider believes in, which is what a token must carry. */
export interface ProviderClock {
  unixSeconds(): number;
  /**
   * Takes the provider's time from the `Date` header of an answer that refused a token of `tokenSeconds`.
   * @returns whether that token was made at the wrong time, so that a new one may be accepted.
   */
  learn(date: string | undefined, tokenSeconds: number): boolean;
}

export interface ProviderClockOptions {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly log?: Pick<Log, 'warn'> | undefined;
}

/** `Date` counts whole seconds and an answer travels: a smaller difference is no skew. */
const NOTICEABLE_SKEW_MS = 2000;
/** One log line per skew; a new one only when it has moved this far. */
const LOG_AGAIN_MS = 60_000;

/** Starts with no offset; what is learned is kept for every later call, uploads included. */
export function createProviderClock({ now, log }: ProviderClockOptions): ProviderClock {
  let offsetMs = 0;
  let loggedOffsetMs = 0;

  function learn(date: string | undefined, tokenSeconds: number): boolean {
    const providerMs = Date.parse(date ?? '');
    if (Number.isNaN(providerMs)) return false;
    if (Math.abs(providerMs - tokenSeconds * 1000) < NOTICEABLE_SKEW_MS) return false;
    offsetMs = providerMs - now();
    if (Math.abs(offsetMs - loggedOffsetMs) >= LOG_AGAIN_MS) {
      loggedOffsetMs = offsetMs;
      log?.warn(
        { offsetSeconds: Math.round(offsetMs / 1000) },
        "the provider's clock and ours differ: tokens now follow the provider's; check this machine's clock",
      );
    }
    return true;
  }

  return { unixSeconds: () => Math.floor((now() + offsetMs) / 1000), learn };
}

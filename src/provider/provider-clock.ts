import type { Log } from '../common/log.ts';

/** The provider's clock, as far as it is known. Tokens must carry its time. */
export interface ProviderClock {
  unixSeconds(): number;
  /**
   * Learns the provider's time from the `Date` header of an answer that rejected a token of
   * `tokenSeconds`.
   * @returns whether that token had the wrong time, so that a new one may be accepted.
   */
  learn(date: string | undefined, tokenSeconds: number): boolean;
}

export interface ProviderClockOptions {
  /** The clock, in milliseconds since 1970. */
  readonly now: () => number;
  readonly log?: Pick<Log, 'warn'> | undefined;
}

/** `Date` has whole seconds, and an answer takes time to arrive: a smaller difference is no skew. */
const NOTICEABLE_SKEW_MS = 2000;
/** A skew is logged once. It is logged again only when it has changed by this much. */
const LOG_AGAIN_MS = 60_000;

/** Creates a clock without an offset. A learned offset is used for all later calls, also uploads. */
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
        "The provider's clock and ours differ: tokens now follow the provider's; check this machine's clock",
      );
    }
    return true;
  }

  return { unixSeconds: () => Math.floor((now() + offsetMs) / 1000), learn };
}

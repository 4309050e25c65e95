/** The number and date formats of a language. */
export interface Formats {
  readonly count: (value: number) => string;
  /** Whether a count takes the singular. */
  readonly isOne: (value: number) => boolean;
  /** @param share - From 0 to 1. */
  readonly percent: (share: number) => string;
  readonly bytes: (sizeBytes: number) => string;
  /** `14:05` today, else `3 May, 14:05`. */
  readonly time: (at: number) => string;
  /** `14:05` today, else `3 May`, or `3 May 2025` if that is far away. */
  readonly day: (at: number) => string;
  /** `12s`, `5 min` or `3 hr`, rounded up. */
  readonly duration: (durationMs: number) => string;
}

const CLOCK = { hour: 'numeric', minute: '2-digit' } as const;
const DAY = { day: 'numeric', month: 'short' } as const;
const WHOLE = { maximumFractionDigits: 0 } as const;
const TENTHS = { maximumFractionDigits: 1 } as const;
const NARROW = { unitDisplay: 'narrow' } as const;

const SECOND_MS = 1000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const NEAR_MS = 180 * 24 * HOUR_MS;

/** @param locale - A BCP 47 tag. */
export function createFormats(locale: string): Formats {
  const plain = new Intl.NumberFormat(locale);
  const plural = new Intl.PluralRules(locale);
  const whole = new Intl.NumberFormat(locale, { style: 'percent' });
  const clock = new Intl.DateTimeFormat(locale, CLOCK);
  const dayAndClock = new Intl.DateTimeFormat(locale, { ...DAY, ...CLOCK });
  const day = new Intl.DateTimeFormat(locale, DAY);
  const date = new Intl.DateTimeFormat(locale, { ...DAY, year: 'numeric' });
  const measures = new Map<string, Intl.NumberFormat>();

  function measure(unit: string, value: number, options: Intl.NumberFormatOptions) {
    const format =
      measures.get(unit) ?? new Intl.NumberFormat(locale, { style: 'unit', unit, ...options });
    measures.set(unit, format);
    return format.format(value);
  }

  return {
    count: (value) => plain.format(value),
    isOne: (value) => plural.select(value) === 'one',
    percent: (share) => whole.format(share),
    bytes(sizeBytes) {
      if (sizeBytes < 999_500) return measure('kilobyte', Math.max(1, sizeBytes / 1000), WHOLE);
      return measure('megabyte', sizeBytes / 1_000_000, TENTHS);
    },
    time: (at) => (isToday(at) ? clock : dayAndClock).format(at),
    day(at) {
      if (isToday(at)) return clock.format(at);
      return (Math.abs(at - Date.now()) < NEAR_MS ? day : date).format(at);
    },
    duration(durationMs) {
      if (durationMs <= 90 * SECOND_MS) return measure('second', inWhole(SECOND_MS), NARROW);
      if (durationMs <= 90 * MINUTE_MS) return measure('minute', inWhole(MINUTE_MS), WHOLE);
      return measure('hour', inWhole(HOUR_MS), WHOLE);

      function inWhole(unitMs: number) {
        return Math.ceil(durationMs / unitMs);
      }
    },
  };
}

function isToday(at: number): boolean {
  return new Date(at).toDateString() === new Date().toDateString();
}

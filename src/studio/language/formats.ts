/** How a language writes numbers and points in time. */
export interface Formats {
  readonly count: (value: number) => string;
  /** Whether a count takes the singular. */
  readonly isOne: (value: number) => boolean;
  /** @param share - From 0 to 1. */
  readonly percent: (share: number) => string;
  readonly bytes: (sizeBytes: number) => string;
  /** As short as can be told apart from today: `14:05`, `3 May, 14:05`, `3 May 2025`. */
  readonly time: (at: number) => string;
  /** `12 s`, `5 min` or `3 h`, rounded up. */
  readonly duration: (durationMs: number) => string;
}

const CLOCK = { hour: 'numeric', minute: '2-digit' } as const;
const DAY = { day: 'numeric', month: 'short' } as const;

const SECOND_MS = 1000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

/** @param locale - A BCP 47 tag. */
export function createFormats(locale: string): Formats {
  const plain = new Intl.NumberFormat(locale);
  const plural = new Intl.PluralRules(locale);
  const whole = new Intl.NumberFormat(locale, { style: 'percent' });
  const clock = new Intl.DateTimeFormat(locale, CLOCK);
  const dayAndClock = new Intl.DateTimeFormat(locale, { ...DAY, ...CLOCK });
  const date = new Intl.DateTimeFormat(locale, { ...DAY, year: 'numeric' });
  const units = new Map<string, Intl.NumberFormat>();

  function measure(unit: string, value: number, maximumFractionDigits = 0) {
    const id = `${unit} ${maximumFractionDigits}`;
    const format =
      units.get(id) ??
      new Intl.NumberFormat(locale, {
        style: 'unit',
        unitDisplay: 'short',
        unit,
        maximumFractionDigits,
      });
    units.set(id, format);
    return format.format(value);
  }

  return {
    count: (value) => plain.format(value),
    isOne: (value) => plural.select(value) === 'one',
    percent: (share) => whole.format(share),
    bytes(sizeBytes) {
      if (sizeBytes < 999_500) return measure('kilobyte', Math.max(1, sizeBytes / 1000));
      return measure('megabyte', sizeBytes / 1_000_000, 1);
    },
    time(at) {
      const then = new Date(at);
      const now = new Date();
      if (then.toDateString() === now.toDateString()) return clock.format(then);
      const isNear = Math.abs(at - now.getTime()) < 180 * 24 * HOUR_MS;
      return (isNear ? dayAndClock : date).format(then);
    },
    duration(durationMs) {
      if (durationMs <= 90 * SECOND_MS) return measure('second', Math.ceil(durationMs / SECOND_MS));
      if (durationMs <= 90 * MINUTE_MS) return measure('minute', Math.ceil(durationMs / MINUTE_MS));
      return measure('hour', Math.ceil(durationMs / HOUR_MS));
    },
  };
}

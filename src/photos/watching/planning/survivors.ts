/**
 * Knows up to which age similar photos were not ready. With that, the first photos of their kind
 * teach something long before one of them is ready.
 */
export interface Survivors {
  /** Notes that a poll found the photo not ready at this age, in milliseconds. */
  seen(photo: object, ageMs: number): void;
  /** The age that eight photos have reached without being ready, in milliseconds; 0 for none. */
  readonly reachedMs: number;
}

const ENOUGH = 8;

export function createSurvivors(): Survivors {
  /** The ages of the oldest. */
  const ages = new Map<object, number>();
  let reachedMs = 0;

  function seen(photo: object, ageMs: number) {
    if (ageMs <= reachedMs) return;
    ages.set(photo, ageMs);
    if (ages.size > ENOUGH) ages.delete(youngest());
    if (ages.size === ENOUGH) reachedMs = Math.min(...ages.values());
  }

  function youngest(): object {
    const [first, ...rest] = ages;
    return rest.reduce((least, one) => (one[1] < least[1] ? one : least), first ?? [ages, 0])[0];
  }

  return {
    seen,
    get reachedMs() {
      return reachedMs;
    },
  };
}

import { LRUCache } from 'lru-cache';

/**
 * Counts how often the provider answered that it has no such picture, since it last answered anything
 * else. One such answer proves nothing: it may come from a part of the provider that does not know
 * the picture yet, and the picture is paid for.
 */
export interface Absences {
  /**
   * Notes that the provider has no such picture.
   * @returns whether the picture is proven missing: at least three such answers counted, over at
   * least `provenAfterMs`.
   */
  recordNotFound(id: string): boolean;
  /** Notes that the provider has the picture, or that it was uploaded again. */
  reset(id: string): void;
}

export interface AbsencesOptions {
  /**
   * How long the provider must keep answering so, in milliseconds. Answers less than a quarter of
   * this apart count once.
   */
  readonly provenAfterMs: number;
}

interface Absence {
  readonly sinceMs: number;
  readonly countedAtMs: number;
  readonly times: number;
}

const TIMES = 3;
/** Photos whose last answer is oldest are forgotten first. Their count starts again. */
const MAX_PHOTOS = 10_000;

export function createAbsences({ provenAfterMs }: AbsencesOptions): Absences {
  const absences = new LRUCache<string, Absence>({ max: MAX_PHOTOS });

  function recordNotFound(id: string): boolean {
    const nowMs = performance.now();
    const before = absences.get(id) ?? { sinceMs: nowMs, countedAtMs: -Infinity, times: 0 };
    const counts = nowMs - before.countedAtMs >= provenAfterMs / 4;
    const absence = counts ? { ...before, countedAtMs: nowMs, times: before.times + 1 } : before;
    absences.set(id, absence);
    return absence.times >= TIMES && nowMs - absence.sinceMs >= provenAfterMs;
  }

  return { recordNotFound, reset: (id) => void absences.delete(id) };
}

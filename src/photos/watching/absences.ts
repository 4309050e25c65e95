import { LRUCache } from 'lru-cache';

/**
 * What the provider has said of having no such picture, since it last said anything else. Said once it may be a
 * part of the provider that has not heard of the picture yet, and the picture is paid for.
 */
export interface Absences {
  /**
   * The provider says that it has no such picture.
   * @returns whether that is to be believed: it was said three times at least, and for long enough.
   */
  missed(id: string): boolean;
  /** The provider has the picture, or it was uploaded anew. */
  found(id: string): void;
}

export interface AbsencesOptions {
  /** How long it must have been said, in milliseconds; what is said sooner than a quarter of it counts once. */
  readonly provenAfterMs: number;
}

interface Absence {
  readonly sinceMs: number;
  readonly countedAtMs: number;
  readonly times: number;
}

const TIMES = 3;
/** Those of which nothing was heard for longest are forgotten first, and begin anew. */
const MAX_PHOTOS = 10_000;

export function createAbsences({ provenAfterMs }: AbsencesOptions): Absences {
  const absences = new LRUCache<string, Absence>({ max: MAX_PHOTOS });

  function missed(id: string): boolean {
    const nowMs = performance.now();
    const before = absences.get(id) ?? { sinceMs: nowMs, countedAtMs: -Infinity, times: 0 };
    const counts = nowMs - before.countedAtMs >= provenAfterMs / 4;
    const absence = counts ? { ...before, countedAtMs: nowMs, times: before.times + 1 } : before;
    absences.set(id, absence);
    return absence.times >= TIMES && nowMs - absence.sinceMs >= provenAfterMs;
  }

  return { missed, found: (id) => void absences.delete(id) };
}

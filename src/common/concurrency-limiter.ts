/** Limits how many slots each holder may have at the same time. Nobody waits for one. */
export interface ConcurrencyLimiter {
  /**
   * Takes slots for `holder`: all of them, or null if fewer are left. Disposing the result frees
   * them; disposing it again does nothing.
   * @param count @default 1
   */
  take(holder: string, count?: number): Disposable | null;
  /** How many holders have a slot now. */
  readonly holders: number;
}

/** Slots that are taken. A class, since thousands are held at a time: a closure for each would take twice the memory. */
class Taken implements Disposable {
  readonly #counts: Map<string, number>;
  readonly #holder: string;
  #left: number;

  constructor(counts: Map<string, number>, holder: string, count: number) {
    this.#counts = counts;
    this.#holder = holder;
    this.#left = count;
    counts.set(holder, (counts.get(holder) ?? 0) + count);
  }

  [Symbol.dispose]() {
    const count = (this.#counts.get(this.#holder) ?? 0) - this.#left;
    this.#left = 0;
    if (count > 0) this.#counts.set(this.#holder, count);
    else this.#counts.delete(this.#holder);
  }
}

/** @param limit how many slots each holder has; null for no limit. */
export function createConcurrencyLimiter(limit: number | null): ConcurrencyLimiter {
  const counts = new Map<string, number>();
  return {
    take(holder, count = 1) {
      if (limit !== null && (counts.get(holder) ?? 0) + count > limit) return null;
      return new Taken(counts, holder, count);
    },
    get holders() {
      return counts.size;
    },
  };
}

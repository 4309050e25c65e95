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

/** @param limit how many slots each holder has; null for no limit. */
export function createConcurrencyLimiter(limit: number | null): ConcurrencyLimiter {
  const taken = new Map<string, number>();

  function change(holder: string, by: number) {
    const count = (taken.get(holder) ?? 0) + by;
    if (count > 0) taken.set(holder, count);
    else taken.delete(holder);
  }

  return {
    take(holder, count = 1) {
      if (limit !== null && (taken.get(holder) ?? 0) + count > limit) return null;
      change(holder, count);
      let left = count;
      return {
        [Symbol.dispose]() {
          if (left > 0) change(holder, -left);
          left = 0;
        },
      };
    },
    get holders() {
      return taken.size;
    },
  };
}

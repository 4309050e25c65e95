/** Concurrency limit for each holder. */
export interface ConcurrencyBudget {
  /**
   * Takes `count` slots for `holder`.
   * @returns a function that gives them back, to be called once; null if fewer are left.
   */
  take(holder: string, count: number): (() => void) | null;
}

export function createConcurrencyBudget(maxEach: number): ConcurrencyBudget {
  const held = new Map<string, number>();

  function add(holder: string, count: number) {
    const places = (held.get(holder) ?? 0) + count;
    if (places > 0) held.set(holder, places);
    else held.delete(holder);
  }

  return {
    take(holder, count) {
      if ((held.get(holder) ?? 0) + count > maxEach) return null;
      add(holder, count);
      return () => add(holder, -count);
    },
  };
}

/** How many places each of many has at a time. */
export interface ConcurrencyBudget {
  /** Takes `count` for `holder`. @returns what gives them back, to be called once; null where there are not so many left. */
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

/** How much each of many may have at a time. */
export interface ConcurrencyLimiter {
  /**
   * Takes a place for `holder`, or gives null where all of its places are taken. Disposed of, the place is
   * free again; twice does nothing more.
   */
  take(holder: string): Disposable | null;
  /** How many have a place now. */
  readonly holders: number;
}

/** @param placesEach how many each may have; null for any number. */
export function createConcurrencyLimiter(placesEach: number | null): ConcurrencyLimiter {
  const taken = new Map<string, number>();

  function leave(holder: string) {
    const count = (taken.get(holder) ?? 0) - 1;
    if (count > 0) taken.set(holder, count);
    else taken.delete(holder);
  }

  return {
    take(holder) {
      const count = taken.get(holder) ?? 0;
      if (placesEach !== null && count >= placesEach) return null;
      taken.set(holder, count + 1);
      const place = new DisposableStack();
      place.defer(() => leave(holder));
      return place;
    },
    get holders() {
      return taken.size;
    },
  };
}

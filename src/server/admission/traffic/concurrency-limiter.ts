/** Limits how many things each holder may have at the same time. */
export interface ConcurrencyLimiter {
  /**
   * Takes one slot for `holder`. Returns null if all of its slots are taken. Disposing the result frees the
   * slot; disposing it again does nothing.
   */
  take(holder: string): Disposable | null;
  /** How many holders have a slot now. */
  readonly holders: number;
}

/** @param placesEach how many slots each holder has; null for no limit. */
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

/** How the gateway's clock stands to this browser's. */
export interface GatewayClock {
  /** Learns from the `Date` header of an answer that has just come. */
  observe(date: string | null): void;
  /** A point in time that the gateway told, in milliseconds since 1970 by this browser's clock. */
  toLocal(time: string): number;
}

/**
 * A phone's clock may be minutes off, and so would be the time left. Both are compared with each answer,
 * whose header has whole seconds: half a second off on average.
 */
export function createGatewayClock(): GatewayClock {
  let aheadMs = 0;
  return {
    observe(date) {
      const theirs = Date.parse(date ?? '');
      if (!Number.isNaN(theirs)) aheadMs = theirs + 500 - Date.now();
    },
    toLocal: (time) => Date.parse(time) - aheadMs,
  };
}

/** The offset between the gateway's clock and this browser's. */
export interface GatewayClock {
  /** Learns from the `Date` header of a response that has just arrived. */
  observe(date: string | null): void;
  /** Converts a time of the gateway to this browser's clock, in milliseconds since 1970. */
  toLocal(time: string): number;
}

/**
 * A phone's clock may be minutes off, and so would be the remaining time. So both clocks are
 * compared with each response. Its header has whole seconds, which is half a second off on average.
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

/** A simulated clock. Its time passes only from one event to the next. */
export interface Clock {
  readonly nowMs: number;
  after(delayMs: number, run: () => void): void;
  /** Lets time pass until no event is left. */
  runAll(): void;
}

export function createClock(): Clock {
  const events: { readonly atMs: number; readonly run: () => void }[] = [];
  let nowMs = 0;
  return {
    get nowMs() {
      return nowMs;
    },
    after(delayMs, run) {
      const atMs = nowMs + delayMs;
      events.splice(events.findLastIndex((event) => event.atMs >= atMs) + 1, 0, { atMs, run });
    },
    runAll() {
      for (let event = events.pop(); event; event = events.pop()) {
        nowMs = event.atMs;
        event.run();
      }
    },
  };
}

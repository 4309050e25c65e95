/** A wait that can be ended early. */
export interface Wait {
  readonly over: Promise<void>;
  finish(): void;
}

/** Node's timers fire at once for anything longer than this. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Waits `durationMs`. More than a timer can hold means for ever, until `finish`. */
export function createWait(durationMs: number): Wait {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = durationMs > LONGEST_TIMER_MS ? undefined : setTimeout(resolve, durationMs);
  return {
    over: promise,
    finish: () => {
      clearTimeout(timer);
      resolve();
    },
  };
}

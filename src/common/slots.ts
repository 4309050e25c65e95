import { abortable, bounded } from './bounded.ts';

/** Room for so much work at a time; the rest waits, first come, first served. */
export interface Slots {
  /**
   * Runs `work` once there is room. @throws `full` where too much waits already or it has waited too long; the
   * reason of `signal`, which ends the wait only; what `work` throws.
   */
  run<Result>(signal: AbortSignal | undefined, work: () => Promise<Result>): Promise<Result>;
  /** Whether nothing runs. */
  readonly idle: boolean;
}

export interface SlotsOptions {
  readonly count: number;
  readonly maxWaiting: number;
  readonly maxWaitMs: number;
  /** Made for each that is turned away. */
  readonly full: () => Error;
}

export function createSlots({ count, maxWaiting, maxWaitMs, full }: SlotsOptions): Slots {
  const waiting = new Set<() => void>();
  let free = count;

  async function take(signal: AbortSignal | undefined): Promise<void> {
    if (free > 0) {
      free -= 1;
      return;
    }
    if (waiting.size >= maxWaiting) throw full();
    const granted = Promise.withResolvers<void>();
    waiting.add(granted.resolve);
    const bounds = { signals: [signal], timeoutMs: maxWaitMs, timeoutError: full };
    try {
      await bounded(bounds, (ended) => abortable(granted.promise, ended));
    } catch (error) {
      // It may have been granted and given up at the same moment.
      if (!waiting.delete(granted.resolve)) release();
      throw error;
    }
  }

  function release() {
    const [next] = waiting;
    if (next === undefined) {
      free += 1;
      return;
    }
    waiting.delete(next);
    next();
  }

  async function run<Result>(signal: AbortSignal | undefined, work: () => Promise<Result>) {
    await take(signal);
    try {
      return await work();
    } finally {
      release();
    }
  }

  return {
    run,
    get idle() {
      return free === count;
    },
  };
}

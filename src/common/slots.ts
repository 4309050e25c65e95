import { abortable, bounded } from './bounded.ts';

/** A concurrency limit: a fixed number of tasks run at a time, and the others wait in order of arrival. */
export interface Slots {
  /**
   * Runs `work` once a slot is free.
   * @throws `full` if too many tasks wait already or this one has waited too long; the reason of `signal`,
   * which ends only the wait; and whatever `work` throws.
   */
  run<Result>(signal: AbortSignal | undefined, work: () => Promise<Result>): Promise<Result>;
  /** Whether no task is running. */
  readonly idle: boolean;
}

export interface SlotsOptions {
  readonly count: number;
  readonly maxWaiting: number;
  readonly maxWaitMs: number;
  /** Creates the error for each task that is rejected. */
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
      // The slot may have been granted in the same moment in which the wait was given up: then pass it on.
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

import { createFairQueue } from './fair-queue.ts';
import { waitFor, type Settle } from './wait-for.ts';

/** Concurrency limiter: a fixed number of tasks run at a time, the others wait. */
export interface Slots {
  /**
   * Resolves once a slot is free. The slot is given back when the result is disposed of. With a
   * `holder`, its limit depends on the others: it may hold at most half of the slots that the others do
   * not hold, so that a new holder always finds a slot, and holders that wait take turns. Without a
   * `holder`: first come, first served.
   * @throws `full` if too many tasks wait already, or the task has waited too long; the reason of
   * `signal`.
   */
  take(signal: AbortSignal | undefined, holder?: string): Promise<Disposable>;
  /** Runs `work` in a slot. `signal` ends the wait only. @throws what `take` and `work` throw. */
  run<Result>(
    signal: AbortSignal | undefined,
    work: () => Promise<Result>,
    holder?: string,
  ): Promise<Result>;
}

export interface SlotsOptions {
  readonly count: number;
  /** Tasks that wait, of all holders. One holder has at most as many as it leaves to the others. */
  readonly maxWaiting: number;
  readonly maxWaitMs: number;
  /** Creates the error for each task that is rejected. */
  readonly full: () => Error;
}

interface Waiting {
  readonly holder: string | undefined;
  readonly granted: Settle<void>;
}

export function createSlots({ count, maxWaiting, maxWaitMs, full }: SlotsOptions): Slots {
  const queue = createFairQueue<Waiting>();
  const taken = new Map<string, number>();
  let free = count;

  const takenBy = (holder: string | undefined) =>
    holder === undefined ? 0 : (taken.get(holder) ?? 0);
  /** A holder with at least as many slots as are free must wait. */
  const mayTake = (holder: string | undefined) => takenBy(holder) < free;

  function hold(holder: string | undefined) {
    free -= 1;
    if (holder !== undefined) taken.set(holder, takenBy(holder) + 1);
  }

  function release(holder: string | undefined) {
    free += 1;
    if (holder !== undefined) {
      const left = takenBy(holder) - 1;
      if (left > 0) taken.set(holder, left);
      else taken.delete(holder);
    }
    while (free > 0) {
      const next = queue.shift(mayTake);
      if (next === undefined) return;
      hold(next.holder);
      next.granted.resolve();
    }
  }

  async function wait(signal: AbortSignal | undefined, holder: string | undefined) {
    const room = maxWaiting - queue.size;
    if (room <= 0 || (holder !== undefined && queue.sizeOf(holder) >= room)) throw full();
    const bounds = { signal, untilMs: performance.now() + maxWaitMs, timeoutError: full };
    await waitFor<void>((granted) => queue.add(holder, { holder, granted }), bounds);
  }

  async function take(signal: AbortSignal | undefined, holder?: string): Promise<Disposable> {
    if (mayTake(holder)) hold(holder);
    else await wait(signal, holder);
    return { [Symbol.dispose]: () => release(holder) };
  }

  async function run<Result>(
    signal: AbortSignal | undefined,
    work: () => Promise<Result>,
    holder?: string,
  ) {
    using _ = await take(signal, holder);
    return await work();
  }

  return { take, run };
}

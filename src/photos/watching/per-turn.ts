import { createList } from '../../common/list.ts';

/**
 * Spreads many small tasks over the turns of the event loop, a few in each, so that other work runs
 * in between.
 */
export interface EventLoopBatcher {
  /** Resolves in one of the next turns of the event loop, in the order of the calls. */
  take(): Promise<void>;
}

export function createEventLoopBatcher(perTurn: number): EventLoopBatcher {
  const waiting = createList<() => void>();
  let scheduled = false;

  function schedule() {
    if (scheduled || waiting.size === 0) return;
    scheduled = true;
    setImmediate(grant);
  }

  function grant() {
    scheduled = false;
    for (let count = 0; count < perTurn; count += 1) waiting.shift()?.();
    schedule();
  }

  function take(): Promise<void> {
    return new Promise((resolve) => {
      waiting.add(resolve);
      schedule();
    });
  }

  return { take };
}

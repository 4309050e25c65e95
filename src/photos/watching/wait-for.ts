export type Settle<T> = Pick<PromiseWithResolvers<T>, 'resolve' | 'reject'>;

export interface WaitBounds {
  readonly signal: AbortSignal;
  /** When it has waited for too long, by `performance.now()`. */
  readonly untilMs: number;
  readonly timeoutError: () => Error;
}

/**
 * Waits in a place that `enter` gives to `outcome`, and leaves it by what that returned, whatever way the waiting
 * ends; to leave twice is once. Costs one timer and one listener, and nothing once it has ended: what is waited for may last for an hour
 * while those who wait come and go.
 * @throws what the outcome is rejected with, `timeoutError`, the reason of `signal`.
 */
export async function waitFor<T>(
  enter: (outcome: Settle<T>) => () => void,
  { signal, untilMs, timeoutError }: WaitBounds,
): Promise<T> {
  signal.throwIfAborted();
  const outcome = Promise.withResolvers<T>();
  let leave: (() => void) | null = null;
  /** Out of its place first: nothing may be given to one that does not wait any more. */
  function fail(reason: unknown) {
    leave?.();
    outcome.reject(reason);
  }
  const abort = () => fail(signal.reason);
  const expire = () => fail(timeoutError());
  const timer = setTimeout(expire, Math.max(0, untilMs - performance.now()));
  signal.addEventListener('abort', abort);
  leave = enter(outcome);
  try {
    return await outcome.promise;
  } finally {
    leave();
    signal.removeEventListener('abort', abort);
    clearTimeout(timer);
  }
}

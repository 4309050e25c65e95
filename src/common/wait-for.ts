import { startDeadline } from './deadline.ts';

export type Settle<T> = Pick<PromiseWithResolvers<T>, 'resolve' | 'reject'>;

export interface WaitBounds {
  readonly signal?: AbortSignal | undefined;
  /** When the wait times out, by `performance.now()`. */
  readonly untilMs: number;
  readonly timeoutError: () => Error;
}

/**
 * Waits for an outcome. `enter` registers the outcome, and returns the function that removes it. That
 * function is called however the waiting ends, and may be called twice. A wait costs one timer and
 * one listener, and nothing once it has ended: the awaited work may last for an hour while waiters
 * come and go.
 * @throws the error that the outcome is rejected with, `timeoutError`, the reason of `signal`.
 */
export async function waitFor<T>(
  enter: (outcome: Settle<T>) => () => void,
  { signal, untilMs, timeoutError }: WaitBounds,
): Promise<T> {
  signal?.throwIfAborted();
  const outcome = Promise.withResolvers<T>();
  let leave: (() => void) | null = null;
  /** Removes the outcome first: nothing may be given to a waiter that has stopped waiting. */
  function fail(reason: unknown) {
    leave?.();
    outcome.reject(reason);
  }
  const abort = () => fail(signal?.reason);
  const expire = () => fail(timeoutError());
  using _ = startDeadline(Math.max(0, untilMs - performance.now()), expire);
  signal?.addEventListener('abort', abort);
  leave = enter(outcome);
  try {
    return await outcome.promise;
  } finally {
    leave();
    signal?.removeEventListener('abort', abort);
  }
}

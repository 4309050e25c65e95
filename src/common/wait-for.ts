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
 * come and go. Thousands wait at a time, so this is not an async function, which keeps more.
 * @throws the error that the outcome is rejected with, `timeoutError`, the reason of `signal`.
 */
export function waitFor<T>(
  enter: (outcome: Settle<T>) => () => void,
  { signal, untilMs, timeoutError }: WaitBounds,
): Promise<T> {
  if (signal?.aborted === true) return Promise.reject(signal.reason);
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  let leave: (() => void) | null = null;
  let hasEnded = false;
  /** Comes first: nothing may be given to a waiter that has stopped waiting. */
  function end() {
    hasEnded = true;
    leave?.();
    deadline[Symbol.dispose]();
    signal?.removeEventListener('abort', abort);
  }
  const outcome: Settle<T> = {
    resolve(value) {
      end();
      resolve(value);
    },
    reject(reason) {
      end();
      reject(reason);
    },
  };
  const abort = () => outcome.reject(signal?.reason);
  const expire = () => outcome.reject(timeoutError());
  const deadline = startDeadline(Math.max(0, untilMs - performance.now()), expire);
  signal?.addEventListener('abort', abort);
  leave = enter(outcome);
  if (hasEnded) leave();
  return promise;
}

import { startDeadline } from './deadline.ts';

/** Takes the outcome that is waited for. */
export interface Settle<T> {
  resolve(value: T): void;
  reject(reason: unknown): void;
}

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
export function waitFor<T>(
  enter: (outcome: Settle<T>) => () => void,
  bounds: WaitBounds,
): Promise<T> {
  if (bounds.signal?.aborted === true) return Promise.reject(bounds.signal.reason);
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  new Wait({ resolve, reject }, bounds).begin(enter);
  return promise;
}

/** A class, whose methods need no memory for each: thousands wait at a time. */
class Wait<T> implements Settle<T>, EventListenerObject {
  readonly #settle: Settle<T>;
  readonly #signal: AbortSignal | undefined;
  readonly #timeoutError: () => Error;
  readonly #deadline: Disposable;
  #leave: (() => void) | null = null;
  #hasEnded = false;

  constructor(settle: Settle<T>, { signal, untilMs, timeoutError }: WaitBounds) {
    this.#settle = settle;
    this.#signal = signal;
    this.#timeoutError = timeoutError;
    const timeoutMs = Math.max(0, untilMs - performance.now());
    this.#deadline = startDeadline(timeoutMs, () => this.reject(this.#timeoutError()));
    signal?.addEventListener('abort', this);
  }

  begin(enter: (outcome: Settle<T>) => () => void) {
    this.#leave = enter(this);
    if (this.#hasEnded) this.#leave();
  }

  resolve(value: T) {
    this.#end();
    this.#settle.resolve(value);
  }

  reject(reason: unknown) {
    this.#end();
    this.#settle.reject(reason);
  }

  /** The signal has aborted. */
  handleEvent() {
    this.reject(this.#signal?.reason);
  }

  /** Comes first: nothing may be given to a waiter that has stopped waiting. */
  #end() {
    this.#hasEnded = true;
    this.#leave?.();
    this.#deadline[Symbol.dispose]();
    this.#signal?.removeEventListener('abort', this);
  }
}

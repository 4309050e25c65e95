import { onAbort } from '../../common/on-abort.ts';

/** Returns a result or throws an error. So an error can be passed on as an event. */
export type ResultThunk<T> = () => T;

/** Not a new reason for each stream: an error takes longer to make than all else of its end. */
const LEFT = new Error('The stream was left');
const DONE = { done: true, value: undefined } as const;

/**
 * Creates a stream with one event for each of `items`, in the order in which `produce` settles for them.
 * Then it ends. `produce` is called for all when the first event is requested. When the stream is left, its
 * signal is aborted and it ends without further events. When `closing` aborts while an item has not
 * settled, the stream ends too, but first its next event is requested in vain: that fails with the reason
 * of `closing`. Events are requested one at a time, as `for await` does.
 *
 * `begin` is called before `produce`. What it returns is disposed of once when the stream has
 * ended, for whatever reason. If `begin` throws, that error is the only event.
 *
 * Written by hand, because an async generator that waits on an `await` does not see `return()`: a
 * client that goes away would leave its poll loops running.
 */
export function settledResults<Item, T>(
  items: readonly Item[],
  produce: Produce<Item, T>,
  closing: AbortSignal,
  begin: () => Disposable = nothingHeld,
): AsyncIterableIterator<ResultThunk<T>> {
  return new SettledResults(items, produce, closing, begin);
}

type Produce<Item, T> = (item: Item, signal: AbortSignal) => Promise<T>;
type Result<T> = IteratorResult<ResultThunk<T>>;

/**
 * Thousands of these wait. So it is a class, whose methods need no memory for each, and none of them is async: a
 * suspended function would keep half a kilobyte.
 */
class SettledResults<Item, T> implements AsyncIterableIterator<ResultThunk<T>> {
  readonly #items: readonly Item[];
  readonly #produce: Produce<Item, T>;
  readonly #closing: AbortSignal;
  readonly #begin: () => Disposable;
  readonly #controller = new AbortController();
  readonly #settled: ResultThunk<T>[] = [];
  #unsettled: number;
  /** What `begin` returned; null before the start. */
  #held: Disposable | null = null;
  #forgetClosing: (() => void) | null = null;
  /** Whether `closing` has ended the stream, and nobody was told yet. */
  #isCut = false;
  /** Takes the event that was requested, or the end. */
  #requested: ((result: Result<T> | Promise<never>) => void) | null = null;

  constructor(
    items: readonly Item[],
    produce: Produce<Item, T>,
    closing: AbortSignal,
    begin: () => Disposable,
  ) {
    this.#items = items;
    this.#produce = produce;
    this.#closing = closing;
    this.#begin = begin;
    this.#unsettled = items.length;
  }

  next(): Promise<Result<T>> {
    const { promise, resolve } = Promise.withResolvers<Result<T>>();
    this.#requested = resolve;
    if (this.#closing.aborted) this.#cut();
    else if (this.#held === null && !this.#hasEnded) this.#start();
    this.#answer();
    return promise;
  }

  return(): Promise<Result<T>> {
    this.#isCut = false;
    this.#end();
    return Promise.resolve(DONE);
  }

  [Symbol.asyncIterator]() {
    return this;
  }

  get #hasEnded() {
    return this.#controller.signal.aborted;
  }

  #start() {
    try {
      this.#held = this.#begin();
    } catch (error) {
      this.#held = NOTHING;
      this.#unsettled = 1;
      return this.#settle(failing(error));
    }
    // Not by `AbortSignal.any`: `closing` lives as long as the gateway, and would keep memory of each
    // stream.
    this.#forgetClosing = onAbort(this.#closing, () => this.#cut());
    for (const item of this.#items) {
      this.#produce(item, this.#controller.signal).then(
        (result) => this.#settle(() => result),
        (error: unknown) => this.#settle(failing(error)),
      );
    }
  }

  #settle(result: ResultThunk<T>) {
    this.#settled.push(result);
    this.#unsettled -= 1;
    this.#answer();
  }

  /** Answers a request for an event, if that is possible now. */
  #answer() {
    if (this.#requested === null) return;
    if (this.#isCut) {
      this.#isCut = false;
      // In place of an event, so that no function to reject it must be kept.
      return this.#give(Promise.reject(this.#closing.reason));
    }
    const value = this.#hasEnded ? undefined : this.#settled.shift();
    if (value !== undefined) this.#give({ done: false, value });
    else if (this.#unsettled === 0 || this.#hasEnded) this.#end();
  }

  #give(result: Result<T> | Promise<never>) {
    this.#requested?.(result);
    this.#requested = null;
  }

  #release() {
    if (this.#hasEnded) return;
    this.#forgetClosing?.();
    this.#controller.abort(LEFT);
    this.#held?.[Symbol.dispose]();
  }

  #end() {
    this.#release();
    this.#give(DONE);
  }

  /** Whatever has settled is told still if nothing else is awaited. */
  #cut() {
    if (this.#hasEnded || this.#unsettled === 0) return;
    this.#release();
    this.#isCut = true;
    this.#answer();
  }
}

const NOTHING: Disposable = { [Symbol.dispose]: () => undefined };
const nothingHeld = () => NOTHING;

function failing(error: unknown): () => never {
  return () => {
    throw error;
  };
}

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
 * client that goes away would leave its poll loops running. No function here is async: thousands of
 * streams wait, and each suspended function would keep half a kilobyte.
 */
export function settledResults<Item, T>(
  items: readonly Item[],
  produce: (item: Item, signal: AbortSignal) => Promise<T>,
  closing: AbortSignal,
  begin?: () => Disposable,
): AsyncIterableIterator<ResultThunk<T>> {
  type Result = IteratorResult<ResultThunk<T>>;
  const controller = new AbortController();
  const { signal } = controller;
  const settled: ResultThunk<T>[] = [];
  let unsettled = items.length;
  let started = false;
  let held: Disposable | undefined;
  let forgetClosing: (() => void) | null = null;
  /** Whether `closing` has ended the stream, and nobody was told yet. */
  let isCut = false;
  /** Takes the event that was requested, or the end. */
  let requested: ((result: Result | Promise<never>) => void) | null = null;

  function start() {
    started = true;
    try {
      held = begin?.();
    } catch (error) {
      unsettled = 1;
      return fail(error);
    }
    // Not by `AbortSignal.any`: `closing` lives as long as the gateway, and would keep memory of each
    // stream.
    forgetClosing = onAbort(closing, cut);
    for (const item of items) produce(item, signal).then(succeed, fail);
  }

  const succeed = (result: T) => settle(() => result);
  function fail(error: unknown) {
    settle(() => {
      throw error;
    });
  }

  function settle(result: ResultThunk<T>) {
    settled.push(result);
    unsettled -= 1;
    answer();
  }

  /** Answers a request for an event, if that is possible now. */
  function answer() {
    if (requested === null) return;
    if (isCut) {
      isCut = false;
      // In place of an event, so that no function to reject it must be kept.
      return give(Promise.reject(closing.reason));
    }
    const value = signal.aborted ? undefined : settled.shift();
    if (value !== undefined) give({ done: false, value });
    else if (unsettled === 0 || signal.aborted) end();
  }

  function give(result: Result | Promise<never>) {
    requested?.(result);
    requested = null;
  }

  function release() {
    if (signal.aborted) return;
    forgetClosing?.();
    controller.abort(LEFT);
    held?.[Symbol.dispose]();
  }

  function end() {
    release();
    give(DONE);
  }

  /** Whatever has settled is told still if nothing else is awaited. */
  function cut() {
    if (signal.aborted || unsettled === 0) return;
    release();
    isCut = true;
    answer();
  }

  function next(): Promise<Result> {
    const { promise, resolve } = Promise.withResolvers<Result>();
    requested = resolve;
    if (closing.aborted) cut();
    else if (!started && !signal.aborted) start();
    answer();
    return promise;
  }

  function leave(): Promise<Result> {
    isCut = false;
    end();
    return Promise.resolve(DONE);
  }

  const stream = { next, return: leave, [Symbol.asyncIterator]: () => stream };
  return stream;
}

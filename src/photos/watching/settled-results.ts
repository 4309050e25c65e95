import { onAbort } from '../../common/on-abort.ts';

/** Returns a result or throws an error. So an error can be passed on as an event. */
export type ResultThunk<T> = () => T;

/** Not a new reason for each stream: an error takes longer to make than all else of its end. */
const LEFT = new Error('The stream was left');
const DONE = { done: true, value: undefined } as const;

/**
 * Creates a stream with one event for each of `items`, in the order in which `produce` settles for them.
 * Then it ends. `produce` is called for all when the first event is requested. When the stream is left, or
 * `closing` aborts, its signal is aborted and the stream ends without further events. Events are
 * requested one at a time, as `for await` does.
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
  const controller = new AbortController();
  const { signal } = controller;
  const settled: ResultThunk<T>[] = [];
  let unsettled = items.length;
  let started = false;
  let held: Disposable | undefined;
  let forgetClosing: (() => void) | null = null;
  /** Takes the event that was requested, or the end. */
  let requested: ((result: IteratorResult<ResultThunk<T>>) => void) | null = null;

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
    forgetClosing = onAbort(closing, end);
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
    const value = signal.aborted ? undefined : settled.shift();
    if (value !== undefined) give({ done: false, value });
    else if (unsettled === 0) end();
  }

  function give(result: IteratorResult<ResultThunk<T>>) {
    requested?.(result);
    requested = null;
  }

  function end() {
    if (!signal.aborted) {
      forgetClosing?.();
      controller.abort(LEFT);
      held?.[Symbol.dispose]();
    }
    give(DONE);
  }

  function next(): Promise<IteratorResult<ResultThunk<T>>> {
    const { promise, resolve } = Promise.withResolvers<IteratorResult<ResultThunk<T>>>();
    requested = resolve;
    if (closing.aborted || signal.aborted) end();
    else if (!started) start();
    answer();
    return promise;
  }

  function leave(): Promise<IteratorResult<ResultThunk<T>>> {
    end();
    return Promise.resolve(DONE);
  }

  const stream = { next, return: leave, [Symbol.asyncIterator]: () => stream };
  return stream;
}

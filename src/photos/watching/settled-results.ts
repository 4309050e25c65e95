import { onAbort } from '../../common/on-abort.ts';

/** Returns a result or throws an error. So an error can be passed on as an event. */
export type ResultThunk<T> = () => T;

/** Not a new reason for each stream: an error takes longer to make than all else of its end. */
const LEFT = new Error('The stream was left');
const DONE = { done: true, value: undefined } as const;

/**
 * Creates a stream with one event for each of `producers`, in the order in which they settle. Then
 * it ends. All producers are called when the first event is requested. When the stream is left, or
 * `closing` aborts, their signal is aborted and the stream ends without further events.
 *
 * `begin` is called before the producers. What it returns is disposed of once when the stream has
 * ended, for whatever reason. If `begin` throws, that error is the only event.
 *
 * Written by hand, because an async generator that waits on an `await` does not see `return()`: a
 * client that goes away would leave its poll loops running.
 */
export function settledResults<T>(
  producers: readonly ((signal: AbortSignal) => Promise<T>)[],
  closing: AbortSignal,
  begin?: () => Disposable,
): AsyncIterableIterator<ResultThunk<T>> {
  const controller = new AbortController();
  const { signal } = controller;
  const settled: ResultThunk<T>[] = [];
  let unsettled = producers.length;
  let started = false;
  let held: Disposable | undefined;
  let forgetClosing: (() => void) | null = null;
  let changed = Promise.withResolvers<void>();

  async function follow(producer: (signal: AbortSignal) => Promise<T>) {
    try {
      const result = await producer(signal);
      settled.push(() => result);
    } catch (error) {
      settled.push(() => {
        throw error;
      });
    }
    unsettled -= 1;
    changed.resolve();
  }

  function start() {
    started = true;
    try {
      held = begin?.();
    } catch (error) {
      return refuse(error);
    }
    // Not by `AbortSignal.any`: `closing` lives as long as the gateway, and would keep memory of each
    // stream.
    forgetClosing = onAbort(closing, end);
    for (const producer of producers) void follow(producer);
  }

  function refuse(error: unknown) {
    unsettled = 0;
    settled.push(() => {
      throw error;
    });
  }

  function end() {
    if (signal.aborted) return;
    forgetClosing?.();
    controller.abort(LEFT);
    held?.[Symbol.dispose]();
    changed.resolve();
  }

  async function next(): Promise<IteratorResult<ResultThunk<T>>> {
    if (closing.aborted) end();
    if (!started && !signal.aborted) start();
    while (!signal.aborted) {
      const value = settled.shift();
      if (value !== undefined) return { done: false, value };
      if (unsettled === 0) break;
      await changed.promise;
      changed = Promise.withResolvers<void>();
    }
    end();
    return DONE;
  }

  function leave(): Promise<IteratorResult<ResultThunk<T>>> {
    end();
    return Promise.resolve(DONE);
  }

  const stream = { next, return: leave, [Symbol.asyncIterator]: () => stream };
  return stream;
}

/** An outcome that is thrown or returned by whoever looks at it, so that an error can travel as an event. */
export type Outcome<T> = () => T;

const DONE = { done: true, value: undefined } as const;

/**
 * A stream of one event: the outcome of `produce`, which is called when the first event is asked for.
 * Leaving the stream, or the end of `closing`, aborts the signal that `produce` got and ends the stream
 * without an event.
 *
 * Written by hand because an async generator that is parked on an `await` does not see `return()`: a
 * client that goes away would leave its poll loop running.
 */
export function singleEvent<T>(
  produce: (signal: AbortSignal) => Promise<T>,
  closing: AbortSignal,
): AsyncIterableIterator<Outcome<T>> {
  const left = new AbortController();
  const signal = AbortSignal.any([left.signal, closing]);
  let started = false;

  async function next(): Promise<IteratorResult<Outcome<T>>> {
    if (started || signal.aborted) return DONE;
    started = true;
    try {
      const result = await produce(signal);
      return { done: false, value: () => result };
    } catch (error) {
      if (signal.aborted) return DONE;
      const rethrow = () => {
        throw error;
      };
      return { done: false, value: rethrow };
    }
  }

  function leave(): Promise<IteratorResult<Outcome<T>>> {
    left.abort();
    return Promise.resolve(DONE);
  }

  const stream = { next, return: leave, [Symbol.asyncIterator]: () => stream };
  return stream;
}

import type { ExecutionResult } from 'graphql';
import type { OpenSpan } from '../../../telemetry/tracing.ts';

type Result = IteratorResult<ExecutionResult, undefined>;

export interface ResultsObserver {
  /** The span in which results are requested, so that the work that they start belongs to its trace. */
  readonly span: OpenSpan;
  readonly onResult: (result: ExecutionResult) => void;
  /** Called once, when the results have ended, failed or been abandoned. */
  readonly onEnd: () => void;
}

/** The same results, observed. Yoga's own hook for the end of a stream is not called if the stream fails. */
export function observedResults(
  source: AsyncIterable<ExecutionResult>,
  { span, onResult, onEnd }: ResultsObserver,
): AsyncIterableIterator<ExecutionResult> {
  const results = span.run(() => source[Symbol.asyncIterator]());
  let ended = false;

  function end() {
    if (!ended) onEnd();
    ended = true;
  }

  async function next(): Promise<Result> {
    try {
      const result = await span.run(() => results.next());
      if (result.done !== true) {
        onResult(result.value);
        return result;
      }
    } catch (error) {
      end();
      throw error;
    }
    end();
    return { done: true, value: undefined };
  }

  async function leave(): Promise<Result> {
    end();
    await results.return?.();
    return { done: true, value: undefined };
  }

  const stream = { next, return: leave, [Symbol.asyncIterator]: () => stream };
  return stream;
}

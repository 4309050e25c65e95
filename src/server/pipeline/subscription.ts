import { execute, type ExecutionArgs, type ExecutionResult, type GraphQLError } from 'graphql';
import type { AuthSession } from '../../access/access.ts';
import { notAccepted } from '../../access/refusals.ts';
import { toGraphQLError } from '../../graphql/errors.ts';
import { noteResult, type OperationRecord } from './record/operation-record.ts';

type Result = IteratorResult<ExecutionResult, undefined>;

export interface SubscriptionOptions {
  /** The events. */
  readonly source: AsyncIterator<unknown>;
  /** How an event is turned into a result. */
  readonly args: ExecutionArgs;
  readonly present: (result: ExecutionResult) => ExecutionResult;
  /** The error that clients see if `source` fails. */
  readonly failure: (error: unknown) => GraphQLError;
  readonly record: OperationRecord;
  /** Ends the stream with an error when it ends itself. Null if it does not. */
  readonly session: AuthSession | null;
  /** Called once when the stream has ended, for whatever reason. */
  readonly onEnd: () => void;
}

const DONE = { done: true, value: undefined } as const;

/**
 * The results of one subscription, with one lifetime: whether it ends, fails, is left by its client, or its
 * client's session ends, everything that it holds is released once.
 *
 * This is not an async generator, because a generator that is suspended at an `await` does not see
 * `return()`, which is how a client that disconnects leaves.
 */
export function createSubscription(
  options: SubscriptionOptions,
): AsyncIterableIterator<ExecutionResult> {
  const { source, args, present, failure, record, session, onEnd } = options;
  const { span } = record;
  let last: ExecutionResult | null = null;
  let hasEnded = false;
  let watch: Disposable | undefined;

  function release() {
    if (hasEnded) return;
    hasEnded = true;
    watch?.[Symbol.dispose]();
    onEnd();
  }

  /** Ends the stream, with `result` before its end if that is not null. */
  function end(result: ExecutionResult | null): Result {
    release();
    if (result === null) return DONE;
    noteResult(record, result);
    return { done: false, value: result };
  }

  async function next(): Promise<Result> {
    if (hasEnded) return takeLast();
    try {
      // Within the span of the operation, so that the work belongs to its trace.
      const event = await span.run(() => source.next());
      if (event.done === true) return hasEnded ? takeLast() : end(null);
      const result = present(await span.run(() => execute({ ...args, rootValue: event.value })));
      noteResult(record, result);
      return { done: false, value: result };
    } catch (error) {
      // A source that was left may fail by that.
      return hasEnded ? takeLast() : end({ errors: [failure(error)] });
    }
  }

  function takeLast(): Result {
    const value = last;
    last = null;
    return value === null ? DONE : { done: false, value };
  }

  async function leave(): Promise<Result> {
    release();
    await source.return?.();
    return DONE;
  }

  function onSessionEnd() {
    last = { errors: [toGraphQLError(notAccepted())] };
    // Ends the events for a pending `next`, which then returns the error.
    leave().catch(() => undefined);
  }

  watch = session?.onEnd(onSessionEnd);
  // A session that has ended already ends the stream before there is anything to dispose of.
  if (hasEnded) watch?.[Symbol.dispose]();
  const stream = { next, return: leave, [Symbol.asyncIterator]: () => stream };
  return stream;
}

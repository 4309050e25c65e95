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
 * `return()`, which is how a client that disconnects leaves. It is a class, whose methods need no memory for each:
 * thousands wait.
 */
export class Subscription implements AsyncIterableIterator<ExecutionResult> {
  readonly #options: SubscriptionOptions;
  #last: ExecutionResult | null = null;
  #hasEnded = false;
  readonly #watch: Disposable | undefined;

  constructor(options: SubscriptionOptions) {
    this.#options = options;
    this.#watch = options.session?.onEnd(() => this.#onSessionEnd());
    // A session that has ended already ends the stream before there is anything to dispose of.
    if (this.#hasEnded) this.#watch?.[Symbol.dispose]();
  }

  async next(): Promise<Result> {
    if (this.#hasEnded) return this.#takeLast();
    const { source, args, record, present, failure } = this.#options;
    try {
      // Within the span of the operation, so that the work belongs to its trace.
      const event = await record.span.run(() => source.next());
      if (event.done === true) return this.#hasEnded ? this.#takeLast() : this.#end(null);
      const executed = await record.span.run(() => execute({ ...args, rootValue: event.value }));
      const result = present(executed);
      noteResult(record, result);
      return { done: false, value: result };
    } catch (error) {
      // A source that was left may fail by that.
      return this.#hasEnded ? this.#takeLast() : this.#end({ errors: [failure(error)] });
    }
  }

  async return(): Promise<Result> {
    this.#release();
    await this.#options.source.return?.();
    return DONE;
  }

  [Symbol.asyncIterator]() {
    return this;
  }

  #release() {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#watch?.[Symbol.dispose]();
    this.#options.onEnd();
  }

  /** Ends the stream, with `result` before its end if that is not null. */
  #end(result: ExecutionResult | null): Result {
    this.#release();
    if (result === null) return DONE;
    noteResult(this.#options.record, result);
    return { done: false, value: result };
  }

  #takeLast(): Result {
    const value = this.#last;
    this.#last = null;
    return value === null ? DONE : { done: false, value };
  }

  #onSessionEnd() {
    this.#last = { errors: [toGraphQLError(notAccepted())] };
    // Ends the events for a pending `next`, which then returns the error.
    this.return().catch(() => undefined);
  }
}

import type { IncomingMessage } from 'node:http';
import type { ExecutionArgs, ExecutionResult, GraphQLError } from 'graphql';
import { isAsyncIterable, type Plugin } from 'graphql-yoga';
import type { ConcurrencyLimiter } from '../../../common/concurrency-limiter.ts';
import { toGraphQLError } from '../../../graphql/errors.ts';
import type { Authenticator } from '../authenticator.ts';
import { TooMany } from './too-many.ts';

type Result = IteratorResult<ExecutionResult, undefined>;

interface StreamContext {
  readonly req: IncomingMessage;
}

export interface SubscriptionLimitOptions {
  readonly authenticator: Pick<Authenticator, 'rateLimitKeyOf'>;
  /** Counts the subscriptions of each client. */
  readonly limiter: ConcurrencyLimiter;
}

/** How long to wait before another try. Nobody knows when a subscription will end. */
const RETRY_AFTER_MS = 5000;

/**
 * Rejects a subscription of a client that has reached its limit: with 429 over HTTP, with an error of that
 * operation over WebSocket. However a subscription ends, its slot is freed with it.
 */
export function useSubscriptionLimit(options: SubscriptionLimitOptions): Plugin<StreamContext> {
  const { authenticator, limiter } = options;
  return {
    onSubscribe({ args: { contextValue }, subscribeFn, setSubscribeFn }) {
      const subscribe: (given: ExecutionArgs) => unknown = subscribeFn;

      async function subscribeInSlot(given: ExecutionArgs): Promise<unknown> {
        const slot = limiter.take(authenticator.rateLimitKeyOf(contextValue.req));
        // Yoga's types promise a request; an operation that came over WebSocket has none.
        if (slot === null) return { errors: [tooManySubscriptions('request' in contextValue)] };
        using leaving = new DisposableStack();
        leaving.use(slot);
        const result = await subscribe(given);
        if (!isAsyncIterable<ExecutionResult>(result)) return result;
        return inSlot(result, leaving.move());
      }

      setSubscribeFn(subscribeInSlot);
    },
  };
}

/**
 * The same results. The slot is freed when they end, fail or are abandoned. This is not an async generator,
 * because a generator that is suspended at an `await` does not see `return()`, which is how a client that
 * disconnects leaves.
 */
function inSlot(
  source: AsyncIterable<ExecutionResult>,
  slot: Disposable,
): AsyncIterableIterator<ExecutionResult> {
  const results = source[Symbol.asyncIterator]();

  async function next(): Promise<Result> {
    using leaving = new DisposableStack();
    leaving.use(slot);
    const result = await results.next();
    if (result.done === true) return { done: true, value: undefined };
    leaving.move();
    return result;
  }

  async function leave(): Promise<Result> {
    slot[Symbol.dispose]();
    await results.return?.();
    return { done: true, value: undefined };
  }

  const stream = { next, return: leave, [Symbol.asyncIterator]: () => stream };
  return stream;
}

function tooManySubscriptions(isHttp: boolean): GraphQLError {
  const refusal = new TooMany(
    'You have as many subscriptions as one client may: end one, or follow several photos with photosReady',
    RETRY_AFTER_MS,
  );
  const error = toGraphQLError(refusal);
  if (isHttp) {
    error.extensions['http'] = { status: 429, headers: { 'Retry-After': refusal.retryAfter } };
  }
  return error;
}

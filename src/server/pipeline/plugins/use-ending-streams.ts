import type { IncomingMessage } from 'node:http';
import type { ExecutionResult } from 'graphql';
import { isAsyncIterable, type Plugin } from 'graphql-yoga';
import type { AuthSession } from '../../../access/access.ts';
import { notAccepted } from '../../../access/refusals.ts';
import { toGraphQLError } from '../../../graphql/errors.ts';
import type { Authenticator } from '../../admission/authenticator.ts';

type Results = AsyncIterator<ExecutionResult>;
type Result = IteratorResult<ExecutionResult, undefined>;

interface StreamContext {
  readonly req: IncomingMessage;
}

const DONE = { done: true, value: undefined } as const;

/**
 * Ends each stream of server-sent events when the session of its client ends: with an event that holds the
 * error `UNAUTHENTICATED`, and then `complete`. The WebSocket transport closes the whole connection itself.
 */
export function useEndingStreams(
  authenticator: Pick<Authenticator, 'sessionOf'>,
): Plugin<StreamContext> {
  return {
    onSubscribe: ({ args: { contextValue } }) => ({
      onSubscribeResult({ result, setResult }) {
        // Yoga's types promise a request; an operation that came over WebSocket has none.
        if (!('request' in contextValue) || !isAsyncIterable(result)) return;
        const results = result[Symbol.asyncIterator]();
        setResult(endedWith(authenticator.sessionOf(contextValue.req), results));
      },
    }),
  };
}

/**
 * The results until `session` ends, then its error. This is not an async generator, because a generator that
 * is suspended at an `await` does not see `return()`, which is how a client that disconnects ends its stream.
 */
function endedWith(session: AuthSession, results: Results): AsyncIterableIterator<ExecutionResult> {
  let state: 'running' | 'ended' | 'told' = 'running';
  const watch = session.onEnd(() => {
    state = 'ended';
    // Ends the results for a pending `next()`, which then returns the error.
    leave().catch(() => undefined);
  });

  async function next(): Promise<Result> {
    try {
      const result = state === 'running' ? await results.next() : DONE;
      if (result.done !== true) return result;
    } catch (error) {
      watch[Symbol.dispose]();
      throw error;
    }
    watch[Symbol.dispose]();
    if (state !== 'ended') return DONE;
    state = 'told';
    return { done: false, value: { errors: [toGraphQLError(notAccepted())] } };
  }

  async function leave(): Promise<Result> {
    await results.return?.();
    return DONE;
  }

  function stop() {
    watch[Symbol.dispose]();
    return leave();
  }

  const stream = { next, return: stop, [Symbol.asyncIterator]: () => stream };
  return stream;
}

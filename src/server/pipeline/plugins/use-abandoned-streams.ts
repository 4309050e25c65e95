import type { ServerResponse } from 'node:http';
import { isAsyncIterable, type Plugin } from 'graphql-yoga';

interface ServerContext {
  readonly res: ServerResponse;
}

/**
 * Ends the stream of a subscription when its response closes, whether or not it had begun. Yoga sends nothing
 * to a client that has gone before it came to that, and forgets the stream with whatever it holds.
 */
export function useAbandonedStreams(): Plugin<object, ServerContext> {
  return {
    onResultProcess({ result, serverContext: { res } }) {
      if (!isAsyncIterable(result)) return;
      const stream = result[Symbol.asyncIterator]();
      // It may have failed, of which whoever reads it is told.
      const end = () => void stream.return?.()?.catch(() => undefined);
      if (res.closed) end();
      else res.once('close', end);
    },
  };
}

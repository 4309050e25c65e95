import type { ServerResponse } from 'node:http';
import { isAsyncIterable, type Plugin } from 'graphql-yoga';

interface ServerContext {
  readonly res: ServerResponse;
}

/**
 * Ends the stream of a subscription when its response closes, whether or not the stream had started. If the
 * client leaves before that, Yoga sends nothing and drops the stream without ending it, and everything that
 * the stream holds leaks.
 */
export function useAbandonedStreams(): Plugin<object, ServerContext> {
  return {
    onResultProcess({ result, serverContext: { res } }) {
      if (!isAsyncIterable(result)) return;
      const stream = result[Symbol.asyncIterator]();
      // The stream may fail here; its reader gets that error.
      const end = () => void stream.return?.()?.catch(() => undefined);
      if (res.closed) end();
      else res.once('close', end);
    },
  };
}

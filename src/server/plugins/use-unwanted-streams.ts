import { isAsyncIterable, type Plugin } from 'graphql-yoga';

/**
 * Ends a stream that the client takes in no form that there is, such as a subscription with
 * `Accept: application/json`. Yoga answers 406 and forgets the stream, with whatever it holds open.
 */
export function useUnwantedStreams(): Plugin {
  return {
    async onResultProcess({ result, resultProcessor }) {
      if (resultProcessor || !isAsyncIterable(result)) return;
      await result[Symbol.asyncIterator]().return?.();
    },
  };
}

import type { IncomingMessage } from 'node:http';
import type { ExecutionResult } from 'graphql';
import { getSSEProcessor, isAsyncIterable, processRegularResult, type Plugin } from 'graphql-yoga';
import { RefusedRequest, toHttpError } from '../../transports/bodies/refused-request.ts';

interface ServerContext {
  readonly req: IncomingMessage;
}

interface SubscriptionStart {
  readonly args: { readonly contextValue: ServerContext };
  readonly setResultAndStopExecution: (result: ExecutionResult) => void;
}

const STREAM = 'text/event-stream';
const SINGLE = ['application/graphql-response+json', 'application/json'] as const;

/**
 * Rejects a request with 406 before it runs if its response cannot have a type that the client accepts.
 * Otherwise an upload would be charged and the client would never learn of its photo. An operation that has
 * run is always answered, as JSON or as an event stream.
 */
export function useAcceptableAnswers(): Plugin<ServerContext, ServerContext> {
  const streamProcessor = getSSEProcessor();

  return {
    onRequestParse({ serverContext: { req } }) {
      if (accepts(req, [...SINGLE, 'multipart/mixed', STREAM])) return;
      throw notAcceptable(
        `The answer comes as ${SINGLE.join(', ')} or ${STREAM}: name one of them in Accept.`,
      );
    },
    onSubscribe({ args: { contextValue }, setResultAndStopExecution }: SubscriptionStart) {
      // Yoga's types promise a request; an operation that came over WebSocket has none.
      if (!('request' in contextValue) || accepts(contextValue.req, [STREAM])) return;
      const refusal = notAcceptable(
        `A subscription is answered as ${STREAM}: name that in Accept, or subscribe over WebSocket.`,
      );
      setResultAndStopExecution({ errors: [refusal] });
    },
    onResultProcess(payload) {
      if (payload.resultProcessor) return;
      if (isAsyncIterable(payload.result)) payload.setResultProcessor(streamProcessor, STREAM);
      else payload.setResultProcessor(processRegularResult, 'application/json');
    },
  };
}

/**
 * Whether Yoga would find one of `types` in the header `Accept`. It parses the header in the same simple way
 * as Yoga.
 */
function accepts({ headers }: IncomingMessage, types: readonly string[]): boolean {
  const ranges = (headers.accept || '*/*').replaceAll(/\s/g, '').toLowerCase().split(',');
  return ranges.some((range) => {
    const [mediaRange = '', ...parameters] = range.split(';');
    const charset = parameters.find((parameter) => parameter.includes('charset='));
    if (charset !== undefined && charset !== 'charset=utf-8') return false;
    return types.some((type) => matches(type, mediaRange));
  });
}

function matches(type: string, range: string): boolean {
  const [main, sub] = type.split('/');
  const [wantedMain, wantedSub] = range.split('/');
  return (wantedMain === '*' || wantedMain === main) && (wantedSub === '*' || wantedSub === sub);
}

function notAcceptable(message: string) {
  return toHttpError(new RefusedRequest(406, 'BAD_USER_INPUT', message));
}

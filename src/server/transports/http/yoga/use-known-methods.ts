import type { IncomingMessage } from 'node:http';
import type { Plugin } from 'graphql-yoga';
import { withHttp } from '../http-extension.ts';
import { RefusedRequest, toHttpError } from '../../bodies/refused-request.ts';

interface ServerContext {
  readonly req: IncomingMessage;
}

const KNOWN: ReadonlySet<string | undefined> = new Set(['GET', 'POST', 'OPTIONS']);
/** Those of graphql-sse's single connection mode (docs/decisions/0018-no-single-connection-mode.md). */
const RESERVING: ReadonlySet<string | undefined> = new Set(['PUT', 'DELETE']);

/** Refuses other methods than GET and POST with 405, and says what to use instead. */
export function useKnownMethods(): Plugin<object, ServerContext> {
  return {
    onRequestParse({ serverContext: { req } }) {
      if (KNOWN.has(req.method)) return;
      const message = RESERVING.has(req.method) ? NO_RESERVATIONS : 'Send a GET or a POST.';
      const refusal = new RefusedRequest(405, 'BAD_USER_INPUT', message);
      throw withHttp(toHttpError(refusal), { status: 405, headers: { Allow: 'GET, POST' } });
    },
  };
}

const NO_RESERVATIONS =
  'Send a GET or a POST. There is no single connection mode of graphql-sse: create its client with singleConnection: false, follow many photos by one subscription to photosReady, or subscribe over WebSocket.';

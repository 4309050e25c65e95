import type { IncomingMessage } from 'node:http';
import type { FetchAPI, Plugin } from 'graphql-yoga';
import { GatewayError } from '../errors.ts';
import { toGraphQLError } from '../graphql/errors.ts';
import { isMultipart } from './bodies/media-type.ts';
import type { LoadGauge } from './load-gauge.ts';

interface ServerContext {
  readonly req: IncomingMessage;
}

/** When to try again: by then the gauge has looked twice. */
const RETRY_AFTER_MS = 2000;

const GRAPHQL_TYPE = 'application/graphql-response+json';

/**
 * Turns new operations away while the event loop is overloaded, so that those that run come to their end: with
 * 503 and `Retry-After` over HTTP, before anything of the request is looked at, and with an error of the
 * operation alone over WebSocket. Both are `RATE_LIMITED` with `retryAfterMs`.
 */
export function useLoadShedding(
  load: Pick<LoadGauge, 'overloaded'>,
): Plugin<object, ServerContext> {
  return {
    onRequest(payload) {
      const { serverContext, fetchAPI } = payload;
      if (load.overloaded) payload.endResponse(refuse(serverContext.req, fetchAPI));
    },
    onParse({ context }) {
      // What came by HTTP was let in: it is carried out, whatever has become of the load since.
      if (load.overloaded && !('request' in context)) throw toGraphQLError(overloaded());
    },
  };
}

function overloaded() {
  return new GatewayError(
    'RATE_LIMITED',
    'The gateway has more to do than it can: try again in a few seconds.',
    { retryAfterMs: RETRY_AFTER_MS },
  );
}

/** In JSON for whoever wanted a stream, too. */
function refuse({ headers }: IncomingMessage, { Response: AnyResponse }: FetchAPI): Response {
  const { message, extensions } = toGraphQLError(overloaded());
  const charged = isMultipart(headers) ? { charged: false } : {};
  const body = { errors: [{ message, extensions: { ...extensions, ...charged } }] };
  const type = headers.accept?.includes(GRAPHQL_TYPE) === true ? GRAPHQL_TYPE : 'application/json';
  return new AnyResponse(JSON.stringify(body), {
    status: 503,
    headers: {
      'content-type': `${type}; charset=utf-8`,
      'retry-after': String(RETRY_AFTER_MS / 1000),
    },
  });
}

import type { IncomingMessage } from 'node:http';
import type { Plugin } from 'graphql-yoga';
import { GatewayError } from '../../common/errors.ts';
import { toGraphQLError } from '../../graphql/errors.ts';
import { refuseOperation } from '../pipeline/refuse-operation.ts';
import type { LoadGauge } from './load-gauge.ts';

interface ServerContext {
  readonly req: IncomingMessage;
}

/** When to try again: the load gauge has closed two windows by then. */
const RETRY_AFTER_MS = 2000;

/**
 * Rejects new operations while the event loop is overloaded, so that running ones can finish. Over HTTP it
 * answers 503 with `Retry-After` before the request is processed; over WebSocket only that operation fails.
 * Both are `RATE_LIMITED` with `retryAfterMs`.
 */
export function useLoadShedding(
  load: Pick<LoadGauge, 'overloaded'>,
): Plugin<object, ServerContext> {
  return {
    onRequest(payload) {
      if (!load.overloaded) return;
      const { headers } = payload.serverContext.req;
      payload.endResponse(refuseOperation(overloaded(), headers, 503, payload.fetchAPI));
    },
    onParse({ context }) {
      // An HTTP request has already been admitted: it runs even if the load has risen since.
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

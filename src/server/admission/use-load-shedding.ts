import type { IncomingMessage } from 'node:http';
import type { Plugin } from 'graphql-yoga';
import { GatewayError } from '../../common/errors.ts';
import { toGraphQLError } from '../../graphql/errors.ts';
import type { LoadGauge } from './load-gauge.ts';
import { refuseOperation } from '../pipeline/refuse-operation.ts';

interface ServerContext {
  readonly req: IncomingMessage;
}

/** When to try again: by then the gauge has looked twice. */
const RETRY_AFTER_MS = 2000;

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
      if (!load.overloaded) return;
      const { headers } = payload.serverContext.req;
      payload.endResponse(refuseOperation(overloaded(), headers, 503, payload.fetchAPI));
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

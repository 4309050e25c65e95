import type { IncomingMessage } from 'node:http';
import type { Plugin } from 'graphql-yoga';
import { toGraphQLError } from '../../../graphql/errors.ts';
import { refuseOperation } from '../../pipeline/refuse-operation.ts';
import type { RequestLimits } from './request-limits.ts';
import type { TooMany } from './too-many.ts';

interface ServerContext {
  readonly req: IncomingMessage;
}

interface OperationContext {
  /** Why an operation that came over WebSocket is rejected. @default null */
  readonly refusal?: TooMany | null;
}

/**
 * Rejects clients over their rate limit with 429 `RATE_LIMITED`: by address before authentication, and by
 * rate limit key before the request body is read. Over WebSocket the transport has already counted the
 * operation, and only that operation fails.
 */
export function useRequestLimits(
  limits: Pick<RequestLimits, 'operationOfAddress' | 'operationOfClient'>,
): Plugin<OperationContext, ServerContext> {
  return {
    async onRequest(payload) {
      const { req } = payload.serverContext;
      const refusal = await limits.operationOfAddress(req);
      if (refusal)
        payload.endResponse(refuseOperation(refusal, req.headers, 429, payload.fetchAPI));
    },
    async onRequestParse(payload) {
      const { req } = payload.serverContext;
      const refusal = await limits.operationOfClient(req);
      if (refusal)
        payload.endResponse(refuseOperation(refusal, req.headers, 429, payload.fetchAPI));
    },
    onParse({ context: { refusal } }) {
      if (refusal) throw toGraphQLError(refusal);
    },
  };
}

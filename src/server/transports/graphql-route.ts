import type { IncomingMessage, ServerResponse } from 'node:http';
import { sendNodeResponse } from '@whatwg-node/server';
import { GraphQLError } from 'graphql';
import type { Log } from '../../common/log.ts';
import type { GraphQLEndpoint } from '../pipeline/graphql-endpoint.ts';
import { presentError } from '../pipeline/present-error.ts';
import { byWeight } from './accept.ts';

/** Handles a GraphQL request. Resolves when the response has been written. */
export type GraphQLRoute = (
  req: IncomingMessage,
  res: ServerResponse,
  requestId: string,
) => Promise<void>;

/** Replaces the endpoint's own request handler, which answers an unexpected error with its stack trace. */
export function createGraphQLRoute(endpoint: GraphQLEndpoint, log: Log): GraphQLRoute {
  async function responseTo(req: IncomingMessage, res: ServerResponse, requestId: string) {
    try {
      return await endpoint.handleNodeRequestAndResponse(req, res, { req, res, requestId });
    } catch (error) {
      const originalError = error instanceof Error ? error : new Error(String(error));
      const presented = presentError(new GraphQLError('', { originalError }), requestId, log);
      return endpoint.fetchAPI.Response.json({ errors: [presented] }, { status: 500 });
    }
  }

  return async (req, res, requestId) => {
    if (req.headers.accept !== undefined) req.headers.accept = byWeight(req.headers.accept);
    await sendNodeResponse(await responseTo(req, res, requestId), res, req, true);
  };
}

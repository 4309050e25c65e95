import type { IncomingMessage } from 'node:http';
import type { FetchAPI, Plugin } from 'graphql-yoga';
import { credentialOfHeaders } from '../access/credential.ts';
import { GatewayError } from '../errors.ts';
import { toGraphQLError } from '../graphql/errors.ts';
import { isMultipart } from './bodies/media-type.ts';
import type { Callers } from './caller-of.ts';

interface ServerContext {
  readonly req: IncomingMessage;
}

/**
 * Answers 401 `UNAUTHENTICATED` to whoever is not let in, before the body of the request is looked at. What a
 * browser asks before it sends (CORS) comes without headers, and Yoga has answered it before this.
 */
export function useKnownCallers(callers: Pick<Callers, 'admit'>): Plugin<object, ServerContext> {
  return {
    async onRequest(payload) {
      const { req } = payload.serverContext;
      const credential = credentialOfHeaders(req.headers);
      try {
        await callers.admit(req, credential);
      } catch (error) {
        if (!(error instanceof GatewayError)) throw error;
        payload.endResponse(
          refuse(error, req, credential === null ? CHALLENGE : INVALID, payload.fetchAPI),
        );
      }
    },
  };
}

/** RFC 6750, section 3: only who has sent a credential is told that it is invalid. */
const CHALLENGE = 'Bearer';
const INVALID = 'Bearer error="invalid_token"';

const GRAPHQL_TYPE = 'application/graphql-response+json';

/** In JSON for whoever wanted a stream, too. */
function refuse(
  error: GatewayError,
  { headers }: IncomingMessage,
  challenge: string,
  { Response: AnyResponse }: FetchAPI,
): Response {
  const { message, extensions } = toGraphQLError(error);
  const charged = isMultipart(headers) ? { charged: false } : {};
  const body = { errors: [{ message, extensions: { ...extensions, ...charged } }] };
  const type = headers.accept?.includes(GRAPHQL_TYPE) === true ? GRAPHQL_TYPE : 'application/json';
  return new AnyResponse(JSON.stringify(body), {
    status: 401,
    headers: { 'content-type': `${type}; charset=utf-8`, 'www-authenticate': challenge },
  });
}

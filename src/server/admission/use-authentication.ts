import type { IncomingMessage } from 'node:http';
import type { Plugin } from 'graphql-yoga';
import { credentialOfHeaders } from '../../access/credential.ts';
import { GatewayError } from '../../common/errors.ts';
import { refuseOperation } from '../pipeline/refuse-operation.ts';
import type { Authenticator } from './authenticator.ts';

interface ServerContext {
  readonly req: IncomingMessage;
}

/** Answers 401 `UNAUTHENTICATED` if authentication fails, before the request body is read. */
export function useAuthentication(
  authenticator: Pick<Authenticator, 'admit'>,
): Plugin<object, ServerContext> {
  return {
    async onRequest(payload) {
      const { req } = payload.serverContext;
      const credential = credentialOfHeaders(req.headers);
      try {
        await authenticator.admit(req, credential);
      } catch (error) {
        if (!(error instanceof GatewayError)) throw error;
        const challenge = { 'www-authenticate': credential === null ? CHALLENGE : INVALID };
        payload.endResponse(refuseOperation(error, req.headers, 401, payload.fetchAPI, challenge));
      }
    },
  };
}

/** RFC 6750, section 3: only a client that sent a credential is told that it is invalid. */
const CHALLENGE = 'Bearer';
const INVALID = 'Bearer error="invalid_token"';

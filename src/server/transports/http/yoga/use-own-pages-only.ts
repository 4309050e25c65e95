import type { IncomingMessage } from 'node:http';
import type { Plugin } from 'graphql-yoga';
import { RefusedRequest, toHttpError } from '../../bodies/refused-request.ts';

interface ServerContext {
  readonly req: IncomingMessage;
}

/**
 * Rejects a GET that a page of another origin makes its visitor's browser send, unless `corsOrigins` lists
 * that origin. A browser sends such a GET without a preflight request, for an `<img>` or an `EventSource`.
 * The page could not read the response, but the gateway would call the provider or hold a stream open in the
 * visitor's name. Browsers describe the request in Fetch Metadata headers
 * (https://www.w3.org/TR/fetch-metadata/); other clients send none. Top-level navigation to an address is
 * allowed: it can only be a query.
 */
export function useOwnPagesOnly(corsOrigins: readonly string[]): Plugin<object, ServerContext> {
  return {
    onRequestParse({ serverContext: { req } }) {
      if (req.method !== 'GET' || !isOfForeignPage(req)) return;
      const { origin } = req.headers;
      if (origin !== undefined && corsOrigins.includes(origin)) return;
      throw toHttpError(foreignPage());
    },
  };
}

function isOfForeignPage({ headers }: IncomingMessage): boolean {
  const site = headers['sec-fetch-site'];
  if (site === undefined || site === 'same-origin' || site === 'none') return false;
  return headers['sec-fetch-dest'] !== 'document';
}

function foreignPage() {
  return new RefusedRequest(
    403,
    'FORBIDDEN',
    'Pages of other origins may not send requests here unless CORS_ORIGINS names them.',
  );
}

import type { IncomingMessage } from 'node:http';
import type { Plugin } from 'graphql-yoga';
import { RefusedRequest, toHttpError } from '../transports/bodies/refused-request.ts';

interface ServerContext {
  readonly req: IncomingMessage;
}

/**
 * Refuses a GET that a page of another origin makes its visitor's browser send, unless `corsOrigins` let
 * it in. A browser sends one unasked, for an `<img>` as for an `EventSource`; the page would not see the
 * answer, but the provider would be asked, or a stream held open, in the visitor's name. Browsers tell by
 * Fetch Metadata (https://www.w3.org/TR/fetch-metadata/) who wants what; other clients send nothing of it.
 * An address that somebody opens is not refused: it can only be a query.
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
    'Pages of other origins may not ask here unless CORS_ORIGINS names them.',
  );
}

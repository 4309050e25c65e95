import type { IncomingMessage } from 'node:http';
import { GRAPHQL_PATH } from '../paths.ts';
import { createBuiltPage, type Page } from './built-page.ts';

/**
 * The strictest policy that works with GraphiQL. Monaco writes style elements, and GraphiQL's fonts are
 * `data:` URLs. A picked photo is shown from a `blob:` URL, and a restored one from any host that the
 * provider uses.
 */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "worker-src 'self'",
  "connect-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "font-src 'self' data:",
  "img-src 'self' data: blob: http: https:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
];

/**
 * GraphiQL, for browsers that open the endpoint.
 *
 * @throws Error if it was not built.
 */
export function createExplorer({ directory }: { readonly directory: URL }): Page {
  return createBuiltPage({
    name: 'explorer',
    directory,
    contentSecurityPolicy,
    isAskedFor: isOpened,
  });
}

/** A browser's address bar accepts HTML. An address with an operation in it is left to GraphQL. */
function isOpened({ url = '', headers }: IncomingMessage): boolean {
  const [path, query] = url.split('?', 2);
  if (path !== GRAPHQL_PATH || !/\btext\/html\b/i.test(headers.accept ?? '')) return false;
  return !new URLSearchParams(query).has('query');
}

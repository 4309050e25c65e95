import type { IncomingMessage } from 'node:http';
import { GRAPHQL_PATH } from '../paths.ts';
import { createBuiltPage, type Page } from './built-page.ts';

/**
 * As strict as GraphiQL allows: Monaco writes style elements, GraphiQL's fonts are `data:`, a picked
 * photo is shown from a `blob:`, and a restored one from the provider's host, whichever that is.
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
 * GraphiQL, for a browser that opens the endpoint.
 *
 * @throws Error where it was not built.
 */
export function createExplorer({ directory }: { readonly directory: URL }): Page {
  return createBuiltPage({
    name: 'explorer',
    directory,
    contentSecurityPolicy,
    isAskedFor: isOpened,
  });
}

/** A browser's address bar asks for HTML; an operation in the address is for GraphQL to answer. */
function isOpened({ url = '', headers }: IncomingMessage): boolean {
  const [path, query] = url.split('?', 2);
  if (path !== GRAPHQL_PATH || !/\btext\/html\b/i.test(headers.accept ?? '')) return false;
  return !new URLSearchParams(query).has('query');
}

import type { IncomingHttpHeaders } from 'node:http';
import { RefusedRequest } from '../bodies/refused-request.ts';

/** The headers of the contract ("HTTP"), any of which makes a browser ask before it sends a form. */
const PREFLIGHT_HEADERS: readonly string[] = [
  'graphql-preflight',
  'apollo-require-preflight',
  'x-requested-with',
];

/**
 * A form is among the few requests that any page may send to any origin, with its visitor's cookies and
 * from inside its visitor's network; a header of its own takes a request out of these. `others`
 * may stand in for those of the contract: their names in small letters.
 * @throws RefusedRequest 403 `FORBIDDEN` for a form without one.
 */
export function checkPreflight(headers: IncomingHttpHeaders, others: readonly string[] = []): void {
  if ([...PREFLIGHT_HEADERS, ...others].some((name) => headers[name] !== undefined)) return;
  throw new RefusedRequest(
    403,
    'FORBIDDEN',
    'A multipart request must carry the header GraphQL-Preflight, such as GraphQL-Preflight: 1.',
  );
}

import type { IncomingHttpHeaders } from 'node:http';
import { checkCoding, mediaTypeOf } from '../bodies/media-type.ts';
import { RefusedRequest, malformed } from '../bodies/refused-request.ts';

/** The headers of docs/contract.md, "HTTP", any of which makes a browser ask before it sends a form. */
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

/** RFC 2046, section 5.1.1. */
const BOUNDARY = /^[\w'()+,./:=? -]{0,69}[\w'()+,./:=?-]$/;

/**
 * The content type of a form, written the one way that every parser reads alike: some know its name in
 * lower case only, or want no space before the semicolon.
 * @throws RefusedRequest 400 where there is no boundary, 415 for a charset other than UTF-8.
 */
export function checkFormType(headers: IncomingHttpHeaders): string {
  const mediaType = mediaTypeOf(headers);
  if (mediaType) checkCoding(mediaType, headers);
  const boundary = mediaType?.params.get('boundary') ?? '';
  if (!BOUNDARY.test(boundary)) {
    throw malformed('The Content-Type of a form must name its boundary, of 1 to 70 characters.');
  }
  return `multipart/form-data; boundary="${boundary}"`;
}

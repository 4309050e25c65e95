import type { IncomingHttpHeaders } from 'node:http';
import { checkCoding, mediaTypeOf } from '../bodies/media-type.ts';
import { RefusedRequest, malformed } from '../bodies/refused-request.ts';

/**
 * The headers of docs/contract.md, "HTTP". Any of them makes a browser send a preflight request before a form.
 */
const PREFLIGHT_HEADERS: readonly string[] = [
  'graphql-preflight',
  'apollo-require-preflight',
  // Apollo iOS sends these with its uploads: the first one up to version 1, the second one from version 2 on.
  'x-apollo-operation-name',
  'apollographql-client-name',
  'x-requested-with',
];

/**
 * Requires a header that makes browsers send a preflight request. A form is one of the few requests that any
 * page may send to any origin without one, with its visitor's cookies and from inside its visitor's network.
 * `others` are accepted as well as the headers of the contract; their names are in lower case.
 * @throws RefusedRequest 403 `FORBIDDEN` for a form without such a header.
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
 * The boundary between the parts of a form. It is ASCII.
 * @throws RefusedRequest 400 if there is none, 415 for a charset other than UTF-8.
 */
export function checkFormType(headers: IncomingHttpHeaders): string {
  const mediaType = mediaTypeOf(headers);
  if (mediaType) checkCoding(mediaType, headers);
  const boundary = mediaType?.boundary ?? '';
  if (!BOUNDARY.test(boundary)) {
    throw malformed('The Content-Type of a form must name its boundary, of 1 to 70 characters.');
  }
  return boundary;
}

/**
 * The content type of a form, in a spelling that every parser reads the same way. Some know its name only in
 * lower case, or allow no space before the semicolon.
 */
export function formTypeOf(boundary: string): string {
  return `multipart/form-data; boundary="${boundary}"`;
}

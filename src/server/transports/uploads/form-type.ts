import type { IncomingHttpHeaders } from 'node:http';
import { checkCoding, mediaTypeOf } from '../bodies/media-type.ts';
import { malformed } from '../bodies/refused-request.ts';

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

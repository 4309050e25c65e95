import type { IncomingHttpHeaders } from 'node:http';
import { MIMEType } from 'node:util';
import { memoizeText } from '../../../common/memoize-text.ts';
import { RefusedRequest } from './refused-request.ts';

/** The media type of a body. */
export interface MediaType {
  /** Without parameters, in lower case: `application/json`. */
  readonly essence: string;
  readonly charset: string | null;
  /** Where the parts of a form begin. */
  readonly boundary: string | null;
}

/** The media type that a body declares, or null. The names of types are case-insensitive. */
export function mediaTypeOf({
  'content-type': contentType,
}: IncomingHttpHeaders): MediaType | null {
  return contentType === undefined ? null : parseMediaType(contentType);
}

const parseMediaType = memoizeText((text): MediaType | null => {
  try {
    const { essence, params } = new MIMEType(text);
    return { essence, charset: params.get('charset'), boundary: params.get('boundary') };
  } catch {
    return null;
  }
});

/** Whether the body declares to be `multipart/form-data`, the only type of form that can contain files. */
export function isMultipart(headers: IncomingHttpHeaders): boolean {
  return mediaTypeOf(headers)?.essence === 'multipart/form-data';
}

/**
 * Accepts only bodies in UTF-8 that are not compressed.
 * @throws RefusedRequest 415 for any other.
 */
export function checkCoding({ charset }: MediaType, headers: IncomingHttpHeaders): void {
  if (charset !== null && !/^utf-?8$/i.test(charset)) {
    throw unsupported('Only UTF-8 is understood: send the body in UTF-8.');
  }
  const coding = headers['content-encoding'];
  if (coding !== undefined && coding.toLowerCase() !== 'identity') {
    throw unsupported('Compressed requests are not understood: send the body as it is.');
  }
}

/** A 415 error. `message` says what is supported. */
export function unsupported(message: string) {
  return new RefusedRequest(415, 'BAD_USER_INPUT', message);
}

import type { IncomingHttpHeaders } from 'node:http';
import { MIMEType } from 'node:util';
import { RefusedRequest } from './refused-request.ts';

/** What a body is, by its own account. Names of types are compared without regard to case. */
export function mediaTypeOf({ 'content-type': contentType }: IncomingHttpHeaders): MIMEType | null {
  try {
    return contentType === undefined ? null : new MIMEType(contentType);
  } catch {
    return null;
  }
}

/** Whether the body says that it is a form, in the one type of form that can hold files. */
export function isMultipart(headers: IncomingHttpHeaders): boolean {
  return mediaTypeOf(headers)?.essence === 'multipart/form-data';
}

/**
 * Takes bodies in UTF-8 that are not compressed, which is all that is read here.
 * @throws RefusedRequest 415 for any other.
 */
export function checkCoding(mediaType: MIMEType, headers: IncomingHttpHeaders): void {
  const charset = mediaType.params.get('charset');
  if (charset !== null && !/^utf-?8$/i.test(charset)) {
    throw unsupported('Only UTF-8 is understood: send the body in UTF-8.');
  }
  const coding = headers['content-encoding'];
  if (coding !== undefined && coding.toLowerCase() !== 'identity') {
    throw unsupported('Compressed requests are not understood: send the body as it is.');
  }
}

/** 415, with a `message` that says what is understood. */
export function unsupported(message: string) {
  return new RefusedRequest(415, 'BAD_USER_INPUT', message);
}

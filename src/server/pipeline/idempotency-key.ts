import type { IncomingHttpHeaders } from 'node:http';
import { GatewayError } from '../../common/errors.ts';

/**
 * A String of RFC 9651, section 3.3.3: text in quotes, with a backslash before each quote or backslash in it.
 */
const STRING = /^"((?:[ !#-[\]-~]|\\["\\])*)"$/;
/** The key without quotes, as many clients send it. */
const BARE = /^[!#-~]+$/;

/**
 * Reads the key from the header `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header). It is a
 * structured field, such as `"8e03978e-40d5-43dd-bc93-6894a57f9324"`. The key without quotes is accepted too.
 * @returns null if there is no such header.
 * @throws `BAD_USER_INPUT` if the header is malformed.
 */
export function idempotencyKeyOf({
  'idempotency-key': header,
}: IncomingHttpHeaders): string | null {
  if (header === undefined) return null;
  const text = String(header).trim();
  const quoted = STRING.exec(text)?.[1]?.replaceAll(/\\(.)/g, '$1');
  const key = quoted ?? (BARE.test(text) ? text : null);
  if (key !== null) return key;
  throw new GatewayError(
    'BAD_USER_INPUT',
    'The header Idempotency-Key is malformed: it is a text in quotes, such as "8e03978e-40d5-43dd-bc93-6894a57f9324".',
  );
}

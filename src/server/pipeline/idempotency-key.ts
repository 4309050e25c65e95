import type { IncomingHttpHeaders } from 'node:http';
import { GatewayError } from '../../common/errors.ts';

/** RFC 9651, section 3.3.3: a text in quotes, in which a quote or a backslash stands behind a backslash. */
const STRING = /^"((?:[ !#-[\]-~]|\\["\\])*)"$/;
/** What many clients send in its place. */
const BARE = /^[!#-~]+$/;

/**
 * The key of the header `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header), which is a
 * structured field: `"8e03978e-40d5-43dd-bc93-6894a57f9324"`. It is taken without its quotes too.
 * @returns null where there is no such header.
 * @throws `BAD_USER_INPUT` where it is neither.
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

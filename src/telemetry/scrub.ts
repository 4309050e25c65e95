import type { Secret } from '../common/secret.ts';

const HIDDEN = '[secret]';

/** Fields whose values are always hidden. */
export const SECRET_FIELDS = [
  'apiKey',
  'authorization',
  'cookie',
  'credentials',
  'password',
  'secret',
  'secretAccessKey',
  'secretKey',
  'signature',
  'ticket',
  'token',
  'x-api-key',
] as const;

/** Patterns of secrets of any origin. The first group is the part that stays. */
const FORMS: readonly RegExp[] = [
  new RegExp(`("(?:${SECRET_FIELDS.join('|')})":")(?:[^"\\\\]|\\\\.)*`, 'gi'),
  // Signed addresses: the archive's own, those of a bucket, and those of an `EventSource`.
  /(\b(?:signature|ticket|X-Amz-(?:Signature|Credential|Security-Token))=)[^&"\\\s]+/gi,
  /(\b(?:Bearer|Basic) +)[\w.~+/=-]+/gi,
  // The gateway's API keys, secrets of webhooks, and JSON Web Tokens of any issuer, signed or encrypted.
  /()\bpgk_[\w-]{20,}/g,
  /()\bwhsec_[\w+/=-]{20,}/g,
  /()\beyJ[\w-]{8,}(?:\.[\w-]*){2,4}/g,
];

/** The provider's token: an MD5 sum with its timestamp. */
const TOKEN = /\b[0-9a-f]{32},\d{9,11}\b/gi;
/** Looked for first: in a line without a token it is found out five times as fast. */
const TOKEN_END = /,\d{9,11}\b/;

/**
 * Creates a function that hides secrets anywhere in lines of JSON: in a message, a cause or an address,
 * which no list of paths reaches. It is the last line of defence: data known to contain a secret must not be
 * logged at all.
 */
export function createScrubber(secrets: readonly Secret[]): (lines: string) => string {
  const texts = secrets.map((secret) => JSON.stringify(secret.reveal()).slice(1, -1));
  // A very short secret would be found in every line, and the gaps would reveal it.
  const known = texts.filter((text) => text.length >= 6);

  return function scrub(lines) {
    const shown = known.reduce((text, secret) => text.replaceAll(secret, HIDDEN), lines);
    const untokened = TOKEN_END.test(shown) ? shown.replaceAll(TOKEN, HIDDEN) : shown;
    return FORMS.reduce((text, form) => text.replaceAll(form, `$1${HIDDEN}`), untokened);
  };
}

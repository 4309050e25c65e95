import type { Secret } from '../common/secret.ts';

const HIDDEN = '[secret]';

/** Fields whose values are hidden, whatever they are. */
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
  'token',
  'x-api-key',
] as const;

/** Forms of what must not be shown, whoever's it is; what stays is in the first group. */
const FORMS: readonly RegExp[] = [
  new RegExp(`("(?:${SECRET_FIELDS.join('|')})":")(?:[^"\\\\]|\\\\.)*`, 'gi'),
  // The provider's token: an MD5 sum, with its time.
  /()\b[0-9a-f]{32},\d{9,11}\b/gi,
  // Addresses that are signed: the archive's own, and those of a bucket.
  /(\b(?:signature|X-Amz-(?:Signature|Credential|Security-Token))=)[^&"\\\s]+/gi,
  /(\b(?:Bearer|Basic) +)[\w.~+/=-]+/gi,
  // The gateway's API keys, and tokens of whoever issues them.
  /()\bpgk_[\w-]{20,}/g,
  /()\beyJ[\w-]{8,}\.[\w-]+\.[\w-]*/g,
];

/**
 * Hides secrets in a line of JSON, wherever in it they stand: in a message, a cause or an address, which no
 * list of paths reaches. The last net: nothing that is known to hold one is logged at all.
 */
export function createScrubber(secrets: readonly Secret[]): (line: string) => string {
  const texts = secrets.map((secret) => JSON.stringify(secret.reveal()).slice(1, -1));
  // A very short one would be found in every line, and could be guessed from what is missing.
  const known = texts.filter((text) => text.length >= 6);

  return function scrub(line) {
    const shown = known.reduce((text, secret) => text.replaceAll(secret, HIDDEN), line);
    return FORMS.reduce((text, form) => text.replaceAll(form, `$1${HIDDEN}`), shown);
  };
}

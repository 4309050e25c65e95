/** Characters that are kept of a text from outside. */
const KEPT = 200;

/**
 * The beginning of a text from outside, safe for a log: on one line, without tokens (an MD5 sum with a
 * time), and without long strings that may be a key or a file. For data that is no text, only the size
 * is kept.
 */
export function excerptOf(text: string): string {
  const start = text.slice(0, 2 * KEPT);
  if (/[^\P{Cc}\t\r\n]|\uFFFD/u.test(start)) return `${text.length} characters that are no text`;
  const redacted = withoutTokens(start).replaceAll(/[\w+/=-]{48,}/gu, '[redacted]');
  return redacted.replaceAll(/\s+/gu, ' ').slice(0, KEPT);
}

/** The beginning of an address from outside, without tokens. */
export function excerptOfAddress(address: string): string {
  return withoutTokens(address.slice(0, KEPT));
}

function withoutTokens(text: string): string {
  return text.replaceAll(/[0-9a-f]{16,}(?:,\d+)?/giu, '[redacted]');
}

/** Characters that are kept of what somebody else wrote. */
const KEPT = 200;

/**
 * The beginning of a text that is not ours, fit for a log: on one line, without a token, which is an MD5 sum
 * with a time, and without anything long that may be a key or a file. Of what is no text only its size is kept.
 */
export function excerptOf(text: string): string {
  const start = text.slice(0, 2 * KEPT);
  if (/[^\P{Cc}\t\r\n]|\uFFFD/u.test(start)) return `${text.length} characters that are no text`;
  const redacted = withoutTokens(start).replaceAll(/[\w+/=-]{48,}/gu, '[redacted]');
  return redacted.replaceAll(/\s+/gu, ' ').slice(0, KEPT);
}

/** The beginning of an address that is not ours. */
export function excerptOfAddress(address: string): string {
  return withoutTokens(address.slice(0, KEPT));
}

function withoutTokens(text: string): string {
  return text.replaceAll(/[0-9a-f]{16,}(?:,\d+)?/giu, '[redacted]');
}

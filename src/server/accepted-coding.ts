import { memoizeText } from '../common/memoize-text.ts';

/** A content coding that responses may have. */
export type Coding = 'br' | 'gzip';

/** More codings than any client lists; the rest is ignored. */
const MAX_CODINGS = 32;

/**
 * The codings that a header `Accept-Encoding` allows (RFC 9110, section 12.5.3), the one to use first.
 * Brotli comes first where both have the same weight: it is smaller. Without a header, none is allowed.
 */
export const acceptedCodings = memoizeText((header): readonly Coding[] => {
  const weights = new Map(header.split(',', MAX_CODINGS).map(parseCoding));
  const weightOf = (coding: string) => weights.get(coding) ?? weights.get('*') ?? 0;
  const [brotli, gzip] = [weightOf('br'), Math.max(weightOf('gzip'), weights.get('x-gzip') ?? 0)];
  const codings: readonly Coding[] = gzip > brotli ? ['gzip', 'br'] : ['br', 'gzip'];
  return codings.filter((coding) => (coding === 'br' ? brotli : gzip) > 0);
});

function parseCoding(text: string): readonly [name: string, weight: number] {
  const [name = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase());
  const weight = parameters.find((parameter) => /^q\s*=/.test(parameter));
  return [name, weight === undefined ? 1 : Number(weight.slice(weight.indexOf('=') + 1)) || 0];
}

/** What stands in place of what could not be read as Unicode. */
const REPLACEMENT = '\uFFFD';

/**
 * Whether a text may be a key: two that differ stay two. Written as UTF-8, all broken surrogates become one and
 * the same character, which also stands for bytes that were no UTF-8 when they were read; and what stands behind
 * a NUL is lost on whatever keeps texts as C does.
 */
export function isKeyText(text: string): boolean {
  return text.isWellFormed() && !text.includes(REPLACEMENT) && !text.includes('\0');
}

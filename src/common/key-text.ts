/** The character that replaces whatever is not valid Unicode. */
const REPLACEMENT = '\uFFFD';

/**
 * Whether a text may be used as a key: two different keys must stay different. In UTF-8 every lone surrogate
 * becomes this replacement character, and so do bytes that were read and were not UTF-8. Text after a NUL is
 * lost wherever strings end at a NUL, as in C.
 */
export function isKeyText(text: string): boolean {
  return text.isWellFormed() && !text.includes(REPLACEMENT) && !text.includes('\0');
}

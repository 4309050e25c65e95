/**
 * Parses JSON. Returns undefined if `text` is not valid: the parser's own error quotes the text, with any
 * keys in it.
 */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

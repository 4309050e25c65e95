/** Parses JSON, and gives undefined where `text` is none: the parser's own error quotes it, keys and all. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

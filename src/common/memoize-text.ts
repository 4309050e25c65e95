/** Longer texts are computed anew each time: they would take memory, and no two clients send the same. */
const MAX_LENGTH = 256;
const MAX_TEXTS = 256;

/**
 * The same function, with its last results remembered: clients send the same header with each request.
 * `compute` must depend on nothing but its text.
 */
export function memoizeText<Result>(compute: (text: string) => Result): (text: string) => Result {
  const results = new Map<string, { readonly result: Result }>();
  return (text) => {
    const known = results.get(text);
    if (known !== undefined) return known.result;
    const result = compute(text);
    if (text.length > MAX_LENGTH) return result;
    // Forgetting all is cheaper than finding out which one is used least.
    if (results.size >= MAX_TEXTS) results.clear();
    results.set(text, { result });
    return result;
  };
}

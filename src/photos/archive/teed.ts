/** Passes `bytes` on unchanged, and shows each chunk on its way. `onChunk` must not throw. */
export function teed(
  bytes: AsyncIterable<Uint8Array>,
  onChunk: (chunk: Uint8Array) => void,
): AsyncIterable<Uint8Array> {
  const source = bytes[Symbol.asyncIterator]();

  async function next(): Promise<IteratorResult<Uint8Array, undefined>> {
    const result = await source.next();
    if (result.done === true) return { done: true, value: undefined };
    onChunk(result.value);
    return result;
  }

  async function leave(): Promise<IteratorResult<Uint8Array, undefined>> {
    await source.return?.();
    return { done: true, value: undefined };
  }

  return { [Symbol.asyncIterator]: () => ({ next, return: leave }) };
}

/**
 * Reads the first bytes of a file: reads `source` until it has given `sizeBytes` or more, or has
 * ended.
 */
export async function readHead(
  source: AsyncIterator<Uint8Array>,
  sizeBytes: number,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let readBytes = 0;
  while (readBytes < sizeBytes) {
    const result = await source.next();
    if (result.done === true) break;
    chunks.push(result.value);
    readBytes += result.value.length;
  }
  const [first] = chunks;
  // As a rule the first chunk is enough. A copy of it would be kept until the upload has its turn.
  return first !== undefined && chunks.length === 1 ? first : Buffer.concat(chunks, readBytes);
}

/** Yields the whole file again, after `head` has been read from `source`. */
export async function* resume(
  head: Uint8Array,
  source: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    yield head;
    for (;;) {
      const result = await source.next();
      if (result.done === true) return;
      yield result.value;
    }
  } finally {
    await source.return?.();
  }
}

/** So many bytes of chunks may be garbage at a time. */
const GARBAGE_BYTES = 16 * 1024 * 1024;

let passedBytes = 0;

/**
 * Counts a chunk of a stream of pictures, and lets V8 collect the young garbage from time to time. V8 does that after
 * so many bytes of its own heap, where a chunk counts as some hundred bytes, whatever its size. In a young generation
 * that is large enough for queries, a gigabyte could pass before that, and each chunk would take memory that was
 * never used before, which costs more than to collect it. Does nothing without Node's option `--expose-gc`.
 */
export function chunkPassed({ length }: Uint8Array): void {
  passedBytes += length;
  if (passedBytes < GARBAGE_BYTES) return;
  passedBytes = 0;
  globalThis.gc?.({ type: 'minor', execution: 'sync' });
}

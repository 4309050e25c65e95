import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** So many bytes of chunks may be garbage at a time. */
const GARBAGE_BYTES = 16 * 1024 * 1024;

let passedBytes = 0;
let collect: (() => void) | null = null;

/**
 * Counts a chunk of a stream of pictures, and collects the young garbage from time to time. V8 does that after so many
 * bytes of its own heap, where a chunk counts as some hundred bytes, whatever its size. In a young generation that is
 * large enough for queries, a gigabyte could pass before that, and each chunk would take memory that was never used
 * before, which costs more than to collect it.
 */
export function chunkPassed({ length }: Uint8Array): void {
  passedBytes += length;
  if (passedBytes < GARBAGE_BYTES) return;
  passedBytes = 0;
  collect ??= collector();
  collect();
}

/** The same for each chunk of `bytes`, which it passes on. */
export async function* passing(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const chunk of bytes) {
    chunkPassed(chunk);
    yield chunk;
  }
}

/**
 * V8's own function, as `--expose-gc` would give it. Not by that option: with it, V8 does not accept the code of Node
 * that was compiled in advance, and a start takes 50 ms longer. For the same reason the flag is taken back.
 */
function collector(): () => void {
  setFlagsFromString('--expose-gc');
  const collectGarbage: unknown = runInNewContext('gc');
  setFlagsFromString('--no-expose-gc');
  if (typeof collectGarbage !== 'function') return () => undefined;
  return () =>
    void Reflect.apply(collectGarbage, undefined, [{ type: 'minor', execution: 'sync' }]);
}

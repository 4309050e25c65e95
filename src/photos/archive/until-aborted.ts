import { abortable } from '../../common/bounded.ts';

/**
 * Passes `bytes` on until `signal` aborts, and then throws its reason, even while the source hangs
 * in the middle of a chunk.
 */
export async function* untilAborted(
  bytes: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void, undefined> {
  const source = bytes[Symbol.asyncIterator]();
  try {
    for (;;) {
      const result = await abortable(source.next(), signal);
      if (result.done === true) return;
      yield result.value;
    }
  } finally {
    // Not awaited: a generator that hangs in its `next()` queues `return()` behind it.
    source.return?.().catch(() => undefined);
  }
}

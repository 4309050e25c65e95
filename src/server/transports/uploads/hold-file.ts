import type { Readable } from 'node:stream';

/** A file of a form. It can be read once, and `return()` frees it. */
export type HeldFile = AsyncIterable<Uint8Array>;

/**
 * Reads `file`, but ends only once the form is `complete`. Otherwise a file would be sent and charged as if
 * all were well, even if its form is cut off after the file or goes on with unexpected parts. If the file
 * breaks off, reading fails with the error of `complete`.
 *
 * A chunk is all that has arrived since the last, and nothing is waited for if anything has.
 */
export function holdFile(file: Readable, complete: Promise<void>): HeldFile {
  let wake: (() => void) | undefined;
  // Listened to from the beginning: a resolver may open the file and abandon it, and an unhandled `error`
  // event ends the process.
  for (const event of ['readable', 'end', 'close', 'error']) file.on(event, () => wake?.());

  async function next(): Promise<IteratorResult<Uint8Array, undefined>> {
    for (;;) {
      const chunk: unknown = file.read();
      if (chunk instanceof Uint8Array) return { done: false, value: chunk };
      if (file.readableEnded || file.destroyed) break;
      await new Promise<void>((resolve) => (wake = resolve));
    }
    // The parser breaks its file off before it reports the reason.
    await complete;
    if (!file.readableEnded) throw new Error('A file is read on after it was closed');
    return { done: true, value: undefined };
  }

  async function leave(): Promise<IteratorResult<Uint8Array, undefined>> {
    file.destroy();
    return { done: true, value: undefined };
  }

  return { [Symbol.asyncIterator]: () => ({ next, return: leave }) };
}

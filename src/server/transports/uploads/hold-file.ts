import type { Readable } from 'node:stream';
import type { FileSink } from './form-feeder.ts';

export interface HeldFile extends FileSink, AsyncIterable<Uint8Array> {
  /** Whether there are bytes that nobody is waiting for. */
  readonly isFull: boolean;
}

/**
 * A file of a form that is still arriving, which can be read once: first what the parser made of it, then
 * what was pushed. It ends only once the form is `complete`. Otherwise a file would be sent and charged as
 * if all were well, even if its form is cut off after the file or goes on with unexpected parts. If the file
 * breaks off, reading fails with the error of `complete`.
 *
 * @param onTaken Called when the last bytes have been taken. `return()` frees the file.
 */
export function holdFile(parsed: Readable, complete: Promise<void>, onTaken: () => void): HeldFile {
  const pushed: Uint8Array[] = [];
  let wake: (() => void) | undefined;
  // Listened to from the beginning: a resolver may open the file and abandon it, and an unhandled `error`
  // event ends the process.
  for (const event of ['readable', 'end', 'close', 'error']) parsed.on(event, () => wake?.());

  function take(): Uint8Array | undefined {
    const first: unknown = parsed.read();
    const chunk = first instanceof Uint8Array ? first : pushed.shift();
    if (chunk !== undefined && pushed.length === 0) onTaken();
    return chunk;
  }

  async function next(): Promise<IteratorResult<Uint8Array, undefined>> {
    for (;;) {
      const chunk = take();
      if (chunk !== undefined) return { done: false, value: chunk };
      if (parsed.readableEnded || parsed.destroyed) break;
      await new Promise<void>((resolve) => (wake = resolve));
      wake = undefined;
    }
    // The parser breaks its file off before it reports the reason.
    await complete;
    if (!parsed.readableEnded) throw new Error('A file is read on after it was closed');
    return { done: true, value: undefined };
  }

  async function leave(): Promise<IteratorResult<Uint8Array, undefined>> {
    parsed.destroy();
    return { done: true, value: undefined };
  }

  return {
    parsed,
    push(content) {
      pushed.push(content);
      wake?.();
    },
    get isFull() {
      return pushed.length + parsed.readableLength > 0 && wake === undefined;
    },
    [Symbol.asyncIterator]: () => ({ next, return: leave }),
  };
}

import { readFile } from 'node:fs/promises';
import type { IncomingPicture } from '../../src/photos/archive/archive.ts';

export const MIB = 1024 * 1024;

/** A real picture of `test/fixtures`. */
export function readPicture(name = 'landscape-small.jpg'): Promise<Buffer> {
  return readFile(new URL(`../fixtures/${name}`, import.meta.url));
}

/** A picture that arrives in chunks of 64 KiB, as from a socket. */
export function pictureOf(bytes: Uint8Array, mediaType = 'image/jpeg'): IncomingPicture {
  return { mediaType, bytes: chunksOf(bytes) };
}

export async function* chunksOf(bytes: Uint8Array, sizeBytes = 64 * 1024) {
  for (let start = 0; start < bytes.length; start += sizeBytes) {
    yield bytes.subarray(start, start + sizeBytes);
  }
}

/** Bytes in which no two parts are alike. */
export function patternOf(sizeBytes: number): Buffer {
  const bytes = Buffer.alloc(sizeBytes);
  for (let place = 0; place + 4 <= sizeBytes; place += 4) bytes.writeUInt32BE(place, place);
  return bytes;
}

export interface ObservedSource {
  readonly bytes: AsyncIterable<Uint8Array>;
  /** Resolves once the source has yielded everything. */
  readonly exhausted: Promise<void>;
  /** Resolves once its reader has given up. */
  readonly returned: Promise<void>;
}

/** Yields `bytes`, and then ends as `end` says: it hangs, or throws. */
export function sourceEndingIn(bytes: Uint8Array, end: 'silence' | Error): ObservedSource {
  const exhausted = Promise.withResolvers<void>();
  const returned = Promise.withResolvers<void>();
  const chunks = chunksOf(bytes);
  async function next(): Promise<IteratorResult<Uint8Array>> {
    const result = await chunks.next();
    if (result.done !== true) return result;
    exhausted.resolve();
    if (end instanceof Error) throw end;
    return Promise.withResolvers<never>().promise;
  }
  async function giveUp(): Promise<IteratorReturnResult<undefined>> {
    returned.resolve();
    return { done: true, value: undefined };
  }
  return {
    bytes: { [Symbol.asyncIterator]: () => ({ next, return: giveUp }) },
    exhausted: exhausted.promise,
    returned: returned.promise,
  };
}

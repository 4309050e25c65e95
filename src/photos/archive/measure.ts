import { createHash } from 'node:crypto';
import { chunkPassed } from '../../common/collect-chunks.ts';

/** Size and hash of a complete file, which tell it from other files. */
export interface Content {
  readonly sizeBytes: number;
  /** SHA-256, in hexadecimal. */
  readonly hash: string;
}

/**
 * Passes `bytes` on and measures them on the way. The end is held back until `beforeEnd` has
 * resolved, so the reader does not learn any sooner that the file is complete. If `beforeEnd`
 * throws, the reader gets that error in place of the end.
 */
export async function* measure(
  bytes: AsyncIterable<Uint8Array>,
  beforeEnd: (content: Content) => Promise<void>,
): AsyncGenerator<Uint8Array, void, undefined> {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  for await (const chunk of bytes) {
    chunkPassed(chunk);
    hash.update(chunk);
    sizeBytes += chunk.length;
    yield chunk;
  }
  await beforeEnd({ sizeBytes, hash: hash.digest('hex') });
}

import { createHash } from 'node:crypto';

/** What tells one file from another, once it has come whole. */
export interface Content {
  readonly sizeBytes: number;
  /** SHA-256, in hexadecimal. */
  readonly hash: string;
}

/**
 * Passes `bytes` on and measures them on the way. Their end is held back until `beforeEnd` has resolved:
 * whoever reads them does not know that the file is whole any sooner. What `beforeEnd` throws, the
 * reader gets in place of the end.
 */
export async function* measure(
  bytes: AsyncIterable<Uint8Array>,
  beforeEnd: (content: Content) => Promise<void>,
): AsyncGenerator<Uint8Array, void, undefined> {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  for await (const chunk of bytes) {
    hash.update(chunk);
    sizeBytes += chunk.length;
    yield chunk;
  }
  await beforeEnd({ sizeBytes, hash: hash.digest('hex') });
}

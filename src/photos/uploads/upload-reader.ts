import { createHash } from 'node:crypto';
import { GatewayError } from '../../common/errors.ts';
import { readHead } from '../picture/read-head.ts';
import { createSenderDeadline } from './sender-deadline.ts';

/** What is known of a file that has been read to its end. */
export interface FileDigest {
  readonly sizeBytes: number;
  /** SHA-256, in hexadecimal; null if it was not asked for. */
  readonly hash: string | null;
}

/** Reads one uploaded file, once, no faster than it is asked for more. */
export interface UploadReader {
  /**
   * Waits for the first `sizeBytes` of the file, or for all of a shorter one, and returns what has come
   * by then. `read` gives it again.
   * @throws `UPLOAD_FAILED` for a sender that is given up, or what the file itself throws.
   */
  head(sizeBytes: number): Promise<Uint8Array>;
  /**
   * The file from its first byte. The end is held back until `beforeEnd` has resolved, so the one who
   * reads does not learn any sooner that the file is complete. If `beforeEnd` throws, that error comes
   * in place of the end.
   * @throws `FILE_TOO_LARGE` in place of the chunk that is too much, and what `head` throws.
   */
  read(beforeEnd: (content: FileDigest) => Promise<void>): AsyncIterable<Uint8Array>;
  /** Stops reading, without waiting for the sender. */
  close(): void;
}

export interface UploadLimits {
  /** A file of exactly this size is accepted. */
  readonly maxFileSizeBytes: number;
  /** Longest wait for the next bytes from the sender; see `createSenderDeadline`. */
  readonly idleTimeoutMs: number;
}

export interface UploadReaderOptions extends UploadLimits {
  /** Whether to hash the file, which is an eighth of the work on an upload. @default false */
  readonly hashed?: boolean;
  /** Called with the size of each chunk that arrives. @default none */
  readonly onReceived?: (sizeBytes: number) => void;
}

/**
 * Creates the reader of the file `bytes`. It is the only stage between the form and the provider's
 * connection, and written by hand: the `return()` of an async generator waits for a sender that has stalled.
 */
export function createUploadReader(
  bytes: AsyncIterable<Uint8Array>,
  { maxFileSizeBytes, idleTimeoutMs, hashed = false, onReceived }: UploadReaderOptions,
): UploadReader {
  const source = bytes[Symbol.asyncIterator]();
  const deadline = createSenderDeadline(idleTimeoutMs);
  const hash = hashed ? createHash('sha256') : null;
  let unread: Uint8Array | null = null;
  let sizeBytes = 0;
  let closed = false;

  async function receive(): Promise<IteratorResult<Uint8Array, undefined>> {
    const result = await deadline.next(source);
    if (result.done !== true) onReceived?.(result.value.length);
    return result;
  }

  async function head(headBytes: number): Promise<Uint8Array> {
    const chunk = await readHead({ next: receive }, headBytes);
    unread = chunk;
    return chunk;
  }

  /** Null for the end. */
  async function nextChunk(): Promise<Uint8Array | null> {
    if (unread !== null) {
      const chunk = unread;
      unread = null;
      return chunk;
    }
    const result = await receive();
    return result.done === true ? null : result.value;
  }

  function read(beforeEnd: (content: FileDigest) => Promise<void>): AsyncIterable<Uint8Array> {
    async function next(): Promise<IteratorResult<Uint8Array, undefined>> {
      // A source that was left may say that it has ended, and the file would seem complete.
      if (closed) throw new Error('A file is read on after it was closed');
      try {
        const chunk = await nextChunk();
        if (chunk === null) {
          await beforeEnd({ sizeBytes, hash: hash?.digest('hex') ?? null });
          return { done: true, value: undefined };
        }
        sizeBytes += chunk.length;
        if (sizeBytes > maxFileSizeBytes) throw fileTooLarge(maxFileSizeBytes);
        hash?.update(chunk);
        return { done: false, value: chunk };
      } catch (error) {
        close();
        throw error;
      }
    }
    return { [Symbol.asyncIterator]: () => ({ next, return: leave }) };
  }

  async function leave(): Promise<IteratorResult<Uint8Array, undefined>> {
    close();
    return { done: true, value: undefined };
  }

  function close() {
    closed = true;
    // Not awaited: a generator that waits for its sender ends only after that.
    source.return?.().catch(() => undefined);
  }

  return { head, read, close };
}

/**
 * Reads a file that is not sent on to its end, so that its sender is not left waiting, and returns its
 * hash. Null if it did not arrive complete within its limits: then it cannot be compared with other files.
 */
export async function readHash(file: Pick<UploadReader, 'read'>): Promise<string | null> {
  let hash: string | null = null;
  const bytes = file.read(async (content) => {
    hash = content.hash;
  });
  const reader = bytes[Symbol.asyncIterator]();
  try {
    while ((await reader.next()).done !== true);
  } catch {
    // The sender left, stalled, or sent too much. The upload that it repeats is not affected.
  }
  return hash;
}

export function fileTooLarge(maxFileSizeBytes: number) {
  return new GatewayError(
    'FILE_TOO_LARGE',
    `The file is larger than the ${maxFileSizeBytes} bytes allowed: send a smaller picture.`,
  );
}

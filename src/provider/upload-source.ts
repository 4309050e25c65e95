import { Readable } from 'node:stream';
import { startDeadline } from '../common/deadline.ts';
import type { FormFile } from './form.ts';
import { noAnswerInTime } from './transport-error.ts';

/** The bytes of one upload for the connection. */
export interface UploadSource extends Pick<FormFile, 'between'> {
  /** Aborts with the error that `bytes` threw. */
  readonly failed: AbortSignal;
  /** Aborts when the connection has taken no further chunk for `stallTimeoutMs`. */
  readonly stalled: AbortSignal;
  /** Stops reading at once. If `bytes` has not ended, its `return()` is called. */
  end(): void;
}

export interface UploadSourceOptions {
  readonly bytes: AsyncIterable<Uint8Array>;
  readonly stallTimeoutMs: number;
}

/**
 * Creates a source that reads `bytes` once, only as fast as it is read itself. After any failure its
 * stream is destroyed and never ended: at an end the connection would end the form, and the provider
 * would charge for a truncated picture.
 */
export function createUploadSource({ bytes, stallTimeoutMs }: UploadSourceOptions): UploadSource {
  const iterator = bytes[Symbol.asyncIterator]();
  const failed = new AbortController();
  const stalled = new AbortController();
  let exhausted = false;
  let body: Readable | undefined;
  let stallDeadline: Disposable | undefined;

  /** The next chunk that is not empty, which a stream takes for a reason to wait; null for the end. */
  async function read(): Promise<Uint8Array | null> {
    try {
      while (!exhausted) {
        const result = await iterator.next();
        if (result.done === true) exhausted = true;
        else if (result.value.length > 0) return result.value;
      }
      return null;
    } catch (error) {
      exhausted = true;
      // What is thrown after the end is nobody's.
      if (body?.destroyed !== true) failed.abort(error);
      throw error;
    }
  }

  function end() {
    stallDeadline?.[Symbol.dispose]();
    body?.destroy();
    if (exhausted) return;
    exhausted = true;
    // Not awaited, because a source that waits for its client may take long. Its error is ignored.
    void iterator.return?.()?.catch(() => undefined);
  }

  function between(head: Uint8Array, tail: Uint8Array): Readable {
    const first = [head];
    const last = [tail];

    async function give(stream: Readable) {
      stallDeadline?.[Symbol.dispose]();
      const chunk = first.pop() ?? (await read());
      if (chunk === null) {
        stream.push(last.pop() ?? null);
      } else if (!stream.destroyed) {
        stallDeadline = startDeadline(stallTimeoutMs, () => stalled.abort(noAnswerInTime()));
        stream.push(chunk);
      }
    }

    body = new Readable({
      // Nothing is read ahead of the connection: it would be kept in memory, for each upload.
      highWaterMark: 0,
      read() {
        give(this).catch(() => this.destroy());
      },
      destroy(error, done) {
        end();
        done(error);
      },
    });
    return body;
  }

  return { failed: failed.signal, stalled: stalled.signal, end, between };
}

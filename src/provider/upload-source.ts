import { abortable } from '../common/bounded.ts';
import { startDeadline } from '../common/deadline.ts';
import { noAnswerInTime } from './transport-error.ts';

/** The bytes of one upload for the connection, in chunks of at most 64 KiB. */
export interface UploadSource extends AsyncIterable<Uint8Array> {
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

/** The largest chunk that the form encoder passes on unchanged; see `FormFile.chunks`. */
const MAX_CHUNK_BYTES = 64 * 1024;

/**
 * Creates a source that reads `bytes` once, only as fast as it is read itself. Written by hand, because
 * a generator that waits for a slow client cannot be ended: its `return()` queues behind that wait.
 */
export function createUploadSource({ bytes, stallTimeoutMs }: UploadSourceOptions): UploadSource {
  const iterator = bytes[Symbol.asyncIterator]();
  const failed = new AbortController();
  const stalled = new AbortController();
  const ended = new AbortController();
  let rest: Uint8Array = new Uint8Array();
  let stallDeadline: Disposable | undefined;
  let exhausted = false;

  async function read(): Promise<IteratorResult<Uint8Array>> {
    try {
      const result = await abortable(iterator.next(), ended.signal);
      exhausted = result.done === true;
      return result;
    } catch (error) {
      if (!ended.signal.aborted) {
        exhausted = true;
        failed.abort(error);
      }
      throw error;
    }
  }

  async function next(): Promise<IteratorResult<Uint8Array>> {
    stallDeadline?.[Symbol.dispose]();
    // An error, never "done". On "done" the connection would end the form, and the provider would
    // charge for a truncated picture.
    ended.signal.throwIfAborted();
    if (rest.length === 0) {
      const result = await read();
      if (result.done === true) return result;
      rest = result.value;
    }
    const value = rest.subarray(0, MAX_CHUNK_BYTES);
    rest = rest.subarray(MAX_CHUNK_BYTES);
    stallDeadline = startDeadline(stallTimeoutMs, () => stalled.abort(noAnswerInTime()));
    return { done: false, value };
  }

  function end() {
    stallDeadline?.[Symbol.dispose]();
    if (ended.signal.aborted) return;
    ended.abort();
    // Not awaited, because a source that waits for its client may take long. Its error is ignored.
    if (!exhausted) void iterator.return?.()?.catch(() => undefined);
  }

  return {
    [Symbol.asyncIterator]: () => ({
      next,
      return: async () => {
        end();
        return { done: true, value: undefined };
      },
    }),
    failed: failed.signal,
    stalled: stalled.signal,
    end,
  };
}

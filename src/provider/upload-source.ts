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
 * Creates a source that reads `bytes` once, only as fast as it is read itself. Written by hand, because
 * a generator that waits for a slow client cannot be ended: its `return()` queues behind that wait.
 */
export function createUploadSource({ bytes, stallTimeoutMs }: UploadSourceOptions): UploadSource {
  const iterator = bytes[Symbol.asyncIterator]();
  const failed = new AbortController();
  const stalled = new AbortController();
  const stopped = new AbortController();
  let stallDeadline: Disposable | undefined;
  let exhausted = false;
  let finished = false;
  let pending: PromiseWithResolvers<IteratorResult<Uint8Array>> | undefined;

  function stop(reason?: unknown) {
    stallDeadline?.[Symbol.dispose]();
    stopped.abort(reason);
    pending?.reject(stopped.signal.reason);
  }

  function fail(error: unknown) {
    if (stopped.signal.aborted) return;
    exhausted = true;
    failed.abort(error);
    stop(error);
  }

  function end() {
    if (finished || stopped.signal.aborted) return;
    stop();
    // Not awaited, because a source that waits for its client may take long. Its error is ignored.
    if (!exhausted) void iterator.return?.()?.catch(() => undefined);
  }

  async function leave(): Promise<IteratorResult<Uint8Array, undefined>> {
    end();
    return { done: true, value: undefined };
  }

  /** The next chunk of `bytes`; null after the last. */
  async function read(): Promise<Uint8Array | null> {
    if (exhausted) return null;
    // Not a race: what loses one stays in the memory of a promise that lasts as long as the upload.
    pending = Promise.withResolvers<IteratorResult<Uint8Array>>();
    iterator.next().then(pending.resolve, fail);
    const result = await pending.promise;
    pending = undefined;
    if (result.done !== true) return result.value;
    exhausted = true;
    return null;
  }

  function between(head: Uint8Array, tail: Uint8Array): AsyncIterable<Uint8Array> {
    const before = [head];
    const after = [tail];

    async function next(): Promise<IteratorResult<Uint8Array, undefined>> {
      stallDeadline?.[Symbol.dispose]();
      // An error, never "done". On "done" the connection would end the form, and the provider would
      // charge for a truncated picture.
      stopped.signal.throwIfAborted();
      const chunk = before.pop() ?? (await read());
      if (chunk !== null) {
        stallDeadline = startDeadline(stallTimeoutMs, () => stalled.abort(noAnswerInTime()));
        return { done: false, value: chunk };
      }
      const last = after.pop();
      if (last !== undefined) return { done: false, value: last };
      finished = true;
      return { done: true, value: undefined };
    }

    return { [Symbol.asyncIterator]: () => ({ next, return: leave }) };
  }

  return { failed: failed.signal, stalled: stalled.signal, end, between };
}

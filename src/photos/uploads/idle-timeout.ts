import { GatewayError } from '../../errors.ts';

/**
 * Passes `bytes` on, and gives up once a next chunk has been asked for and none has come for
 * `idleTimeoutMs`. Time in which nobody asks does not count: a slow reader is not a stalled sender.
 * @throws `UPLOAD_FAILED` when the sender stalls.
 */
export function withIdleTimeout(
  bytes: AsyncIterable<Uint8Array>,
  idleTimeoutMs: number,
): AsyncIterable<Uint8Array> {
  return {
    [Symbol.asyncIterator]: () => {
      const source = bytes[Symbol.asyncIterator]();
      return {
        next: () => withinIdleTime(source.next(), idleTimeoutMs),
        return: () => leave(source),
      };
    },
  };
}

async function withinIdleTime<T>(next: Promise<T>, idleTimeoutMs: number): Promise<T> {
  const stalled = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    stalled.reject(
      new GatewayError(
        'UPLOAD_FAILED',
        `The upload stalled: no byte came for ${idleTimeoutMs} ms. Check the connection and send it again.`,
      ),
    );
  }, idleTimeoutMs);
  try {
    return await Promise.race([next, stalled.promise]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Not awaited: after a stall the source still hangs in its own `next()`, and an async generator
 * would queue `return()` behind it for as long.
 */
function leave(source: AsyncIterator<Uint8Array>): Promise<IteratorReturnResult<undefined>> {
  source.return?.().catch(() => undefined);
  return Promise.resolve({ done: true, value: undefined });
}

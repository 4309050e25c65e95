import { startDeadline } from '../../common/deadline.ts';
import { GatewayError } from '../../common/errors.ts';

/**
 * The minimum average speed of a sender. The slowest telephone lines carry two to four times as
 * much.
 */
const LEAST_BYTES_PER_SECOND = 512;

/**
 * Passes `bytes` on, and gives up on a sender that stalls or is too slow.
 * - It stalls if a chunk was requested and none came for `idleTimeoutMs`.
 * - It is too slow if the waiting has used up its time budget. The budget starts at `idleTimeoutMs`,
 *   grows with each byte at `LEAST_BYTES_PER_SECOND`, and is never more than twice `idleTimeoutMs`.
 *
 * Time in which no chunk is requested does not count: a slow reader is not a slow sender.
 * @throws `UPLOAD_FAILED`
 */
export function withIdleTimeout(
  bytes: AsyncIterable<Uint8Array>,
  idleTimeoutMs: number,
): AsyncIterable<Uint8Array> {
  return {
    [Symbol.asyncIterator]: () => {
      const source = bytes[Symbol.asyncIterator]();
      let waitLeftMs = idleTimeoutMs;

      async function next() {
        const askedAtMs = performance.now();
        const limit = waitLeftMs < idleTimeoutMs ? tooSlow(waitLeftMs) : stalled(idleTimeoutMs);
        const result = await inTime(source.next(), limit);
        const waitedMs = performance.now() - askedAtMs;
        const sizeBytes = result.done === true ? 0 : result.value.length;
        const earnedMs = (sizeBytes * 1000) / LEAST_BYTES_PER_SECOND;
        // The chunk came in time, even if the process itself was paused for longer.
        const leftMs = Math.max(0, waitLeftMs - waitedMs) + earnedMs;
        waitLeftMs = Math.min(leftMs, 2 * idleTimeoutMs);
        return result;
      }

      return { next, return: () => leave(source) };
    },
  };
}

interface Limit {
  readonly timeoutMs: number;
  readonly message: string;
}

function stalled(timeoutMs: number): Limit {
  return { timeoutMs, message: `The upload stalled: no byte came for ${timeoutMs} ms.` };
}

function tooSlow(timeoutMs: number): Limit {
  const message = `The upload is too slow: fewer than ${LEAST_BYTES_PER_SECOND} bytes a second came.`;
  return { timeoutMs, message };
}

async function inTime<T>(next: Promise<T>, { timeoutMs, message }: Limit): Promise<T> {
  const late = Promise.withResolvers<never>();
  using _ = startDeadline(timeoutMs, () => {
    const error = `${message} Check the connection and send it again.`;
    late.reject(new GatewayError('UPLOAD_FAILED', error));
  });
  return await Promise.race([next, late.promise]);
}

/**
 * Ends the source without waiting for it. After a stall the source still hangs in its own `next()`,
 * and an async generator would queue `return()` behind it for just as long.
 */
function leave(source: AsyncIterator<Uint8Array>): Promise<IteratorReturnResult<undefined>> {
  source.return?.().catch(() => undefined);
  return Promise.resolve({ done: true, value: undefined });
}

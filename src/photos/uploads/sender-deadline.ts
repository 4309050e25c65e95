import { startDeadline } from '../../common/deadline.ts';
import { GatewayError } from '../../common/errors.ts';

/**
 * The minimum average speed of a sender. The slowest telephone lines carry two to four times as
 * much.
 */
const LEAST_BYTES_PER_SECOND = 512;

/** Waits for the chunks of one sender, and gives up on one that stalls or is too slow. */
export interface SenderDeadline {
  /** The next chunk of `source`. @throws `UPLOAD_FAILED` if the sender is given up. */
  next(source: AsyncIterator<Uint8Array>): Promise<IteratorResult<Uint8Array, undefined>>;
}

/**
 * Creates the deadline of one sender.
 * - It stalls if a chunk was requested and none came for `idleTimeoutMs`.
 * - It is too slow if the waiting has used up its time budget. The budget starts at `idleTimeoutMs`,
 *   grows with each byte at `LEAST_BYTES_PER_SECOND`, and is never more than twice `idleTimeoutMs`.
 *
 * Time in which no chunk is requested does not count: a slow reader is not a slow sender.
 */
export function createSenderDeadline(idleTimeoutMs: number): SenderDeadline {
  let waitLeftMs = idleTimeoutMs;

  async function next(source: AsyncIterator<Uint8Array>) {
    const chunk = Promise.withResolvers<IteratorResult<Uint8Array, undefined>>();
    const askedAtMs = performance.now();
    const giveUp = () =>
      chunk.reject(waitLeftMs < idleTimeoutMs ? tooSlow() : stalled(idleTimeoutMs));
    using _ = startDeadline(Math.min(waitLeftMs, idleTimeoutMs), giveUp);
    source.next().then(chunk.resolve, chunk.reject);
    const result = await chunk.promise;
    const waitedMs = performance.now() - askedAtMs;
    const sizeBytes = result.done === true ? 0 : result.value.length;
    const earnedMs = (sizeBytes * 1000) / LEAST_BYTES_PER_SECOND;
    // The chunk came in time, even if the process itself was paused for longer.
    const leftMs = Math.max(0, waitLeftMs - waitedMs) + earnedMs;
    waitLeftMs = Math.min(leftMs, 2 * idleTimeoutMs);
    return result;
  }

  return { next };
}

function stalled(idleTimeoutMs: number) {
  return givenUp(`The upload stalled: no byte came for ${idleTimeoutMs} ms.`);
}

function tooSlow() {
  return givenUp(
    `The upload is too slow: fewer than ${LEAST_BYTES_PER_SECOND} bytes a second came.`,
  );
}

function givenUp(reason: string) {
  return new GatewayError('UPLOAD_FAILED', `${reason} Check the connection and send it again.`);
}

import { chargedBy, GatewayError } from '../../common/errors.ts';
import type { EndedUpload, UploadCost } from '../../telemetry/events.ts';
import type { Telemetry } from '../../telemetry/telemetry.ts';
import type { PhotoRecord } from '../store/store.ts';
import type { UploadRequest } from './upload-request.ts';

/**
 * Carries out an upload.
 * @param onSend Call it when the picture is about to be sent. A repeat of an earlier upload does not
 * send its picture.
 */
export type CarryOut = (request: UploadRequest, onSend: () => void) => Promise<PhotoRecord>;

/** Carries out the upload, and reports to telemetry what it cost. */
export async function observeUpload(
  request: UploadRequest,
  telemetry: Pick<Telemetry, 'uploadBegan' | 'uploadEnded'>,
  carryOut: CarryOut,
): Promise<PhotoRecord> {
  const startedAtMs = performance.now();
  let receivedBytes = 0;
  let sent = false;

  async function openFile() {
    const file = await request.openFile();
    return { ...file, bytes: counting(file.bytes, (size) => (receivedBytes += size)) };
  }

  function tell(cost: UploadCost, code: EndedUpload['code'], photoId: string | null) {
    telemetry.uploadEnded({
      client: request.principal.client,
      repairType: request.repairType,
      cost,
      code,
      photoId,
      receivedBytes,
      durationMs: performance.now() - startedAtMs,
    });
  }

  telemetry.uploadBegan();
  try {
    const photo = await carryOut({ ...request, openFile }, () => (sent = true));
    tell(sent ? 'charged' : 'deduplicated', 'OK', photo.id);
    return photo;
  } catch (error) {
    // A repeat of an upload whose outcome is unknown gets that error too, but costs nothing itself.
    const cost = sent && chargedBy(error) === null ? 'unknown' : 'nothing';
    tell(cost, error instanceof GatewayError ? error.code : 'INTERNAL_SERVER_ERROR', null);
    throw error;
  }
}

/**
 * Reports the size of each chunk on its way. Written by hand, because the `return()` of an async
 * generator would wait for a client that has stalled.
 */
function counting(
  bytes: AsyncIterable<Uint8Array>,
  onBytes: (size: number) => void,
): AsyncIterable<Uint8Array> {
  function iterate(): AsyncIterator<Uint8Array, undefined> {
    const source = bytes[Symbol.asyncIterator]();
    return {
      async next() {
        const result = await source.next();
        if (result.done === true) return { done: true, value: undefined };
        onBytes(result.value.length);
        return result;
      },
      async return() {
        await source.return?.();
        return { done: true, value: undefined };
      },
    };
  }
  return { [Symbol.asyncIterator]: iterate };
}

import { chargedBy, GatewayError } from '../../common/errors.ts';
import type { EndedUpload, UploadCost } from '../../telemetry/events.ts';
import type { Telemetry } from '../../telemetry/telemetry.ts';
import type { PhotoRecord } from '../store/store.ts';
import type { UploadRequest } from './upload-request.ts';

/** The progress of a running upload. */
export interface UploadProgress {
  receivedBytes: number;
  /** Whether the picture is being sent, or was. A repeat of an earlier upload does not send its picture. */
  sent: boolean;
}

/** Runs an upload, and keeps `progress` up to date. */
export type RunUpload = (request: UploadRequest, progress: UploadProgress) => Promise<PhotoRecord>;

/** Runs the upload, and reports to telemetry what it cost. */
export async function observeUpload(
  request: UploadRequest,
  telemetry: Pick<Telemetry, 'uploadBegan' | 'uploadEnded'>,
  runUpload: RunUpload,
): Promise<PhotoRecord> {
  const startedAtMs = performance.now();
  const progress: UploadProgress = { receivedBytes: 0, sent: false };

  function report(cost: UploadCost, code: EndedUpload['code'], photoId: string | null) {
    telemetry.uploadEnded({
      client: request.principal.client,
      repairType: request.repairType,
      cost,
      code,
      photoId,
      receivedBytes: progress.receivedBytes,
      durationMs: performance.now() - startedAtMs,
    });
  }

  telemetry.uploadBegan();
  try {
    const photo = await runUpload(request, progress);
    report(progress.sent ? 'charged' : 'deduplicated', 'OK', photo.id);
    return photo;
  } catch (error) {
    // A repeat of an upload whose outcome is unknown gets that error too, but costs nothing itself.
    const cost = progress.sent && chargedBy(error) === null ? 'unknown' : 'nothing';
    report(cost, error instanceof GatewayError ? error.code : 'INTERNAL_SERVER_ERROR', null);
    throw error;
  }
}

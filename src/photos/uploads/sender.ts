import { chargedBy, GatewayError } from '../../common/errors.ts';
import type { Log } from '../../common/log.ts';
import type { OriginalCopy, OriginalKeeper } from '../archive/original-keeper.ts';
import type { Provider, UploadedPhoto } from '../../provider/provider.ts';
import { photoNameOf } from '../photo-name.ts';
import { unknownPhoto } from '../photo.ts';
import { rateLimitKeyOf } from '../principal.ts';
import { RecordLostError } from '../store/record-lost-error.ts';
import type { CompletedUpload, IdempotencyRecordKey, PhotoRecord, Store } from '../store/store.ts';
import type { ChargeReconciler } from './charge-reconciler.ts';
import type { UploadResult } from './idempotency.ts';
import type { Picture } from './picture.ts';
import type { FileDigest } from './upload-reader.ts';
import type { UploadRequest } from './upload-request.ts';

export interface Sender {
  /**
   * Sends one picture, once. Stores its photo, and that the idempotency record of `recordKey`
   * succeeded with it.
   * @throws the error of the upload, with `charged: null` if it may have been charged.
   */
  send(
    request: UploadRequest,
    picture: Picture,
    recordKey: IdempotencyRecordKey | null,
  ): Promise<UploadResult>;
}

export interface SenderOptions {
  readonly provider: Pick<Provider, 'upload'>;
  readonly store: Store;
  readonly reconciler: ChargeReconciler;
  /** Keeps pictures as they were uploaded; null if that is not wanted. */
  readonly originals: Pick<OriginalKeeper, 'begin'> | null;
  readonly log: Log;
  readonly now: () => number;
  /** Called with each newly uploaded photo, and its uploader's rate limit key. */
  readonly onUploaded: (photo: PhotoRecord, rateLimitKey: string) => void;
}

interface SentUpload {
  readonly uploaded: UploadedPhoto;
  readonly name: string | null;
  readonly content: FileDigest | null;
  readonly mediaType: string;
  readonly copy: OriginalCopy | null;
  readonly recordKey: IdempotencyRecordKey | null;
  readonly opened: string;
}

export function createSender(options: SenderOptions): Sender {
  const { provider, store, reconciler, originals, log, now, onUploaded } = options;

  async function send(
    request: UploadRequest,
    picture: Picture,
    recordKey: IdempotencyRecordKey | null,
  ): Promise<UploadResult> {
    await reconciler.requireQuota();
    // Taken before the first byte goes out: a provider may charge as early as that.
    const snapshot = await reconciler.snapshot();
    const opened = await store.openUpload();
    const copy = originals?.begin() ?? null;
    const { fileName, mediaType } = picture;
    const whole: { content: FileDigest | null } = { content: null };

    async function beforeEnd(content: FileDigest) {
      if (recordKey !== null)
        await store.markIdempotencyRecordSent(recordKey, snapshot).catch(heldUp);
      whole.content = content;
    }

    let uploaded: UploadedPhoto;
    try {
      const { repairType, background } = request;
      const read = picture.read(beforeEnd);
      const bytes = copy?.tee(read) ?? read;
      uploaded = await provider.upload({ fileName, mediaType, repairType, background, bytes });
    } catch (error) {
      copy?.discard();
      reconciler.noteFailure(error);
      await store.closeUpload(opened).catch((fault: unknown) => {
        log.error({ err: fault }, 'A failed upload counts as open until a restart');
      });
      // Not charged: an upload whose picture was not sent to its end, and one that the provider calls
      // failed. For an answer that may mean anything, `charged` is null.
      const unknown =
        chargedBy(error) === null || (whole.content !== null && chargedBy(error) !== false);
      if (!unknown) throw error;
      if (recordKey !== null && whole.content === null) {
        // Not marked as sent yet, since the answer came before the end of the picture.
        await store.markIdempotencyRecordSent(recordKey, snapshot).catch(() => undefined);
      }
      throw outcomeUnknown(error, recordKey);
    }
    const name = photoNameOf(request.name ?? picture.fileName);
    return remember(request, {
      uploaded,
      name,
      content: whole.content,
      mediaType,
      copy,
      recordKey,
      opened,
    });
  }

  async function remember(
    { principal, repairType, background }: UploadRequest,
    { uploaded, name, content, mediaType, copy, recordKey, opened }: SentUpload,
  ): Promise<UploadResult> {
    const upload: CompletedUpload = {
      ...uploaded,
      repairType,
      background,
      name,
      uploadedAt: new Date(now()),
      sizeBytes: content?.sizeBytes ?? null,
      contentHash: content?.hash ?? null,
      originalFile:
        content !== null && copy?.isIntact === true
          ? { mediaType, sizeBytes: content.sizeBytes }
          : null,
    };
    const photo = await store
      .complete(principal.client, upload, recordKey, opened)
      .catch((error: unknown) => {
        // The upload is paid for. Its client must get the id, even if nobody else ever will.
        log.error(
          { err: error, photoId: upload.id },
          'An upload was paid for and cannot be stored',
        );
        return unstored(upload);
      });
    if (upload.originalFile && photo.revision > 0) copy?.keep(photo, mediaType);
    else copy?.discard();
    try {
      onUploaded(photo, rateLimitKeyOf(principal));
    } catch (error) {
      log.error({ err: error, photoId: photo.id }, 'An uploaded photo cannot be watched');
    }
    return { photo, contentHash: upload.contentHash };
  }

  return { send };
}

/**
 * The error for an upload that may have been charged. The account is not compared now, because that
 * would prove nothing: a provider may charge a while after its connection broke. A retry with the
 * same key compares it.
 */
function outcomeUnknown(cause: unknown, recordKey: IdempotencyRecordKey | null): GatewayError {
  const { code, message, errno } =
    cause instanceof GatewayError
      ? cause
      : { code: 'UPLOAD_FAILED' as const, message: 'The upload failed.', errno: undefined };
  const advice =
    recordKey === null
      ? 'Look at the quota before you send it again, and send it with an idempotency key.'
      : 'Send it again with the same idempotency key: it is not paid twice.';
  const text = `${message} The upload may have been charged. ${advice}`;
  return new GatewayError(code, text, { cause, errno, charged: null });
}

/** Another gateway of the fleet took this one for dead, and may send the upload itself. */
function heldUp(error: unknown): never {
  if (!(error instanceof RecordLostError)) throw error;
  throw new GatewayError(
    'UPLOAD_FAILED',
    'The gateway was held up, and did not send the picture: send it again with the same idempotency key.',
    { cause: error, charged: false },
  );
}

function unstored(upload: CompletedUpload): PhotoRecord {
  return { ...unknownPhoto(upload.id), ...upload, revision: 0, watched: true, archived: null };
}

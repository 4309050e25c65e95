import { chargedBy, GatewayError } from '../../errors.ts';
import type { Log } from '../../log.ts';
import type { Provider, UploadedPhoto } from '../../provider/provider.ts';
import { unknownPhoto } from '../photo.ts';
import type { AttemptKey, Balance, CompletedUpload, PhotoRecord, Store } from '../store/store.ts';
import type { Charges } from './charges.ts';
import type { Outcome } from './idempotency.ts';
import { measure, type Content } from './measure.ts';
import type { Picture } from './picture.ts';
import type { UploadRequest } from './upload-request.ts';

export interface Sender {
  /**
   * Sends one picture, once, and remembers its photo and that `attempt` succeeded with it.
   * @throws what failed, with `charged: null` where it may have cost an upload.
   */
  send(request: UploadRequest, picture: Picture, attempt: AttemptKey | null): Promise<Outcome>;
}

export interface SenderOptions {
  readonly provider: Pick<Provider, 'upload'>;
  readonly store: Store;
  readonly charges: Charges;
  readonly log: Log;
  readonly now: () => number;
  /** Called with each photo that was uploaded anew. */
  readonly onUploaded: (photo: PhotoRecord) => void;
}

export function createSender(options: SenderOptions): Sender {
  const { provider, store, charges, log, now, onUploaded } = options;

  async function send(
    request: UploadRequest,
    picture: Picture,
    attempt: AttemptKey | null,
  ): Promise<Outcome> {
    await charges.requireQuota();
    // Asked while the picture flows, and waited for at its end.
    const balance = charges.balance();
    const whole: { content: Content | null } = { content: null };
    using open = new DisposableStack();

    async function beforeEnd(content: Content) {
      const before = await balance;
      if (attempt !== null) await store.markSent(attempt, before);
      open.use(charges.open());
      whole.content = content;
    }

    try {
      const { repairType, background } = request;
      const bytes = measure(picture.bytes, beforeEnd);
      const uploaded = await provider.upload({ ...picture, repairType, background, bytes });
      return await remember(request, uploaded, whole.content, attempt);
    } catch (error) {
      charges.heardOf(error);
      // Without its end a picture is none, and an upload that the provider calls failed is not charged.
      if (whole.content === null || chargedBy(error) === false) throw error;
      open.dispose();
      throw await explain(error, await balance);
    }
  }

  async function remember(
    { caller, repairType, background }: UploadRequest,
    uploaded: UploadedPhoto,
    content: Content | null,
    attempt: AttemptKey | null,
  ): Promise<Outcome> {
    const upload: CompletedUpload = {
      ...uploaded,
      repairType,
      background,
      uploadedAt: new Date(now()),
      sizeBytes: content?.sizeBytes ?? null,
      contentHash: content?.hash ?? null,
    };
    const photo = await store.complete(caller.client, upload, attempt).catch((error: unknown) => {
      // It is paid for: whoever uploaded it must have its id, even if nobody else ever will.
      log.error({ err: error, photoId: upload.id }, 'An upload was paid for and cannot be stored');
      return unstored(upload);
    });
    onUploaded(photo);
    return { photo, contentHash: upload.contentHash };
  }

  /** The error to throw for an upload that went out whole and was not answered. */
  async function explain(cause: unknown, before: Balance | null): Promise<GatewayError> {
    const free = await charges.nothingElseCharged(before);
    const { code, message } =
      cause instanceof GatewayError
        ? cause
        : { code: 'UPLOAD_FAILED' as const, message: 'The upload failed.' };
    const cost = free
      ? 'Nothing was charged for the upload.'
      : 'The upload may have been charged. Sent again with the same idempotency key it is not paid twice.';
    return new GatewayError(code, `${message} ${cost}`, { cause, charged: free ? false : null });
  }

  return { send };
}

function unstored(upload: CompletedUpload): PhotoRecord {
  return { ...unknownPhoto(upload.id), ...upload, revision: 0, watched: true, archived: null };
}

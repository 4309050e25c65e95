import { FreeFailure, GatewayError } from '../../common/errors.ts';
import type { Log } from '../../common/log.ts';
import type { Provider } from '../../provider/provider.ts';
import type { Telemetry } from '../../telemetry/telemetry.ts';
import type { OriginalKeeper } from '../archive/original-keeper.ts';
import { rateLimitKeyOf } from '../principal.ts';
import type { PhotoRecord, Store } from '../store/store.ts';
import type { Allowances } from './allowance.ts';
import type { ChargeReconciler } from './charge-reconciler.ts';
import { createIdempotency } from './idempotency.ts';
import { observeUpload, type UploadProgress } from './observe-upload.ts';
import { openUpload, type Picture } from './picture.ts';
import { createSender } from './sender.ts';
import { createUploadConcurrencyLimiter } from './upload-concurrency.ts';
import { createUploadReader, readHash, type UploadLimits } from './upload-reader.ts';
import { checkRequest, type UploadRequest } from './upload-request.ts';

export interface Uploads {
  /**
   * Streams one picture to the provider and stores the photo. It goes on if the client leaves: once
   * the last byte has gone out the upload may be charged, so its outcome is kept.
   *
   * `charged: null` in an error says that the upload may have been charged. Any other error has cost
   * nothing, also an unexpected one (`FreeFailure`).
   * @throws what `openUpload` and the provider throw; `BAD_USER_INPUT` for a background with the
   * wrong repair type or none with the right one; `RATE_LIMITED` if too many uploads are running,
   * the client's own or all together, or if the client's allowance is spent; `UPLOAD_FAILED` if the
   * upload could not be stored; `QUOTA_EXHAUSTED`; `IDEMPOTENCY_KEY_REUSED`;
   * `UPLOAD_OUTCOME_UNKNOWN`.
   */
  upload(request: UploadRequest): Promise<PhotoRecord>;
}

export interface UploadsOptions {
  readonly provider: Pick<Provider, 'upload'>;
  readonly store: Store;
  readonly allowances: Allowances;
  readonly reconciler: ChargeReconciler;
  /** See `SenderOptions`. */
  readonly originals: Pick<OriginalKeeper, 'begin'> | null;
  readonly limits: UploadLimits;
  readonly maxConcurrentUploads: number;
  /** Null for no limit per client. */
  readonly maxConcurrentUploadsPerClient: number | null;
  /** See `IdempotencyOptions`. */
  readonly settleMs: number;
  readonly telemetry: Telemetry;
  readonly log: Log;
  readonly now: () => number;
  /** Ends all waiting. */
  readonly closing: AbortSignal;
  /** Called with each newly uploaded photo. */
  readonly onUploaded: (photo: PhotoRecord, rateLimitKey: string) => void;
  /** Longest wait for an upload slot, in milliseconds. @default 2000 */
  readonly slotTimeoutMs?: number;
}

/**
 * The part that costs money. Everything is checked before a byte goes to the provider, and nothing is
 * sent twice. The order of the checks: the arguments, an earlier upload with the key, one of the client's
 * own slots, the first bytes of the picture, one of the shared slots, room in the store for the outcome,
 * the idempotency record, the allowance.
 */
export function createUploads(options: UploadsOptions): Uploads {
  const { allowances, limits, store, slotTimeoutMs = 2000, telemetry } = options;
  const sender = createSender(options);
  const idempotency = createIdempotency(options);
  const limiter = createUploadConcurrencyLimiter({
    all: options.maxConcurrentUploads,
    each: options.maxConcurrentUploadsPerClient,
    timeoutMs: slotTimeoutMs,
  });

  async function runUpload(request: UploadRequest, progress: UploadProgress): Promise<PhotoRecord> {
    checkRequest(request);
    const { principal, repairType, background, idempotencyKey, openFile } = request;
    const { client } = principal;
    const rateLimitKey = rateLimitKeyOf(principal);
    const recordKey = idempotencyKey === null ? null : { client, key: idempotencyKey };
    const reading = {
      ...limits,
      // A hash tells a repeat with another file, and only an upload with a key can be repeated.
      hashed: recordKey !== null,
      onReceived: (sizeBytes: number) => void (progress.receivedBytes += sizeBytes),
    };
    using held = new DisposableStack();
    let opened: Promise<Picture> | undefined;

    async function open(): Promise<Picture> {
      held.use(await limiter.takeOwn(rateLimitKey));
      const picture = await openUpload(await openFile(), reading);
      // Not earlier: a client that is slow to send its picture would hold a shared slot meanwhile.
      held.use(await limiter.takeShared(rateLimitKey));
      held.use(await store.reserveRoom());
      return picture;
    }

    const prepare = () => (opened ??= open());

    async function send() {
      const picture = await prepare();
      return allowances.spend(principal, () => {
        progress.sent = true;
        return sender.send(request, picture, recordKey);
      });
    }

    async function openAny() {
      return opened ?? createUploadReader((await openFile()).bytes, reading);
    }

    /** Returns null if the repeat's form is broken; the earlier outcome is returned anyway. */
    async function readFile() {
      const file = await openAny().catch(() => null);
      return file && readHash(file);
    }

    if (recordKey === null) return (await send()).photo;
    return await idempotency.once({
      recordKey,
      fingerprint: JSON.stringify([repairType, background]),
      period: allowances.periodOf(principal),
      prepare,
      send,
      readFile,
    });
  }

  async function upload(request: UploadRequest): Promise<PhotoRecord> {
    try {
      return await observeUpload(request, telemetry, runUpload);
    } catch (error) {
      // An upload that may have been charged fails with a GatewayError that says so.
      throw error instanceof GatewayError ? error : new FreeFailure(error);
    }
  }

  return { upload };
}

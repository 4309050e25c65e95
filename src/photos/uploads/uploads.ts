import { FreeFailure, GatewayError } from '../../common/errors.ts';
import type { Log } from '../../common/log.ts';
import type { Provider } from '../../provider/provider.ts';
import type { Telemetry } from '../../telemetry/telemetry.ts';
import { rateLimitKeyOf } from '../principal.ts';
import type { PhotoRecord, Store } from '../store/store.ts';
import type { Allowances } from './allowance.ts';
import type { ChargeReconciler } from './charge-reconciler.ts';
import { createIdempotency } from './idempotency.ts';
import { observeUpload } from './observe-upload.ts';
import { openPicture, type Picture, type PictureLimits } from './picture.ts';
import { createUploadConcurrencyLimiter } from './upload-concurrency.ts';
import { readContent } from './read-content.ts';
import { createSender } from './sender.ts';
import { checkRequest, type UploadRequest } from './upload-request.ts';

export interface Uploads {
  /**
   * Streams one picture to the provider and remembers the photo. Not stopped when its caller loses
   * interest: once the last byte has gone up the upload may be charged, and its outcome is kept.
   * An error says in `charged` where it may have cost something (`null`); any other has cost nothing, one that
   * nobody foresaw too (`FreeFailure`).
   * @throws what `openPicture` and the provider throw; `BAD_USER_INPUT` for a background with the wrong
   * repair type or none with the right one; `RATE_LIMITED` where too many uploads run already, the
   * caller's own or all together, or the caller's allowance is spent;
   * `UPLOAD_FAILED` where it could not be noted; `QUOTA_EXHAUSTED`; `IDEMPOTENCY_KEY_REUSED`; `UPLOAD_OUTCOME_UNKNOWN`.
   */
  upload(request: UploadRequest): Promise<PhotoRecord>;
}

export interface UploadsOptions {
  readonly provider: Pick<Provider, 'upload'>;
  readonly store: Store;
  readonly allowances: Allowances;
  readonly reconciler: ChargeReconciler;
  readonly limits: PictureLimits;
  readonly maxConcurrentUploads: number;
  /** Null for no limit of its own. */
  readonly maxConcurrentUploadsPerClient: number | null;
  /** See `IdempotencyOptions`. */
  readonly settleMs: number;
  readonly telemetry: Telemetry;
  readonly log: Log;
  readonly now: () => number;
  /** Ends all waiting. */
  readonly closing: AbortSignal;
  /** Called with each photo that was uploaded anew. */
  readonly onUploaded: (photo: PhotoRecord) => void;
  /** Longest wait for a place among the running uploads, in milliseconds. @default 2000 */
  readonly placeTimeoutMs?: number;
}

/**
 * The paid part: everything is checked before a byte goes upstream, and nothing is sent twice. In this order: the
 * arguments, a place of the client's own, the first bytes of the picture, a place among all, room to note what it
 * leads to, the key, the allowance.
 */
export function createUploads(options: UploadsOptions): Uploads {
  const { allowances, limits, store, placeTimeoutMs = 2000, telemetry } = options;
  const sender = createSender(options);
  const idempotency = createIdempotency(options);
  const limiter = createUploadConcurrencyLimiter({
    all: options.maxConcurrentUploads,
    each: options.maxConcurrentUploadsPerClient,
    timeoutMs: placeTimeoutMs,
  });

  async function carryOut(request: UploadRequest, onSend: () => void): Promise<PhotoRecord> {
    checkRequest(request);
    const { principal, repairType, background, idempotencyKey, openFile } = request;
    const { client } = principal;
    const rateLimitKey = rateLimitKeyOf(principal);
    const recordKey = idempotencyKey === null ? null : { client, key: idempotencyKey };
    using held = new DisposableStack();
    let opened: Promise<Picture> | undefined;

    async function open(): Promise<Picture> {
      held.use(await limiter.takeOwn(rateLimitKey));
      const picture = await openPicture(await openFile(), limits);
      // Not sooner: whoever lets its picture be waited for would hold the places of all.
      held.use(await limiter.takeShared(rateLimitKey));
      held.use(await store.keepRoom());
      return picture;
    }

    const prepare = () => (opened ??= open());

    async function send() {
      const picture = await prepare();
      return allowances.spend(principal, () => {
        onSend();
        return sender.send(request, picture, recordKey);
      });
    }

    /** Where the form of a repeat is broken, the outcome of the upload that it repeats is all that counts. */
    async function readFile() {
      const file = await (opened ?? openFile()).catch(() => null);
      return file && ((await readContent(file, limits))?.hash ?? null);
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
      return await observeUpload(request, telemetry, carryOut);
    } catch (error) {
      // What may have been charged is a GatewayError that says so.
      throw error instanceof GatewayError ? error : new FreeFailure(error);
    }
  }

  return { upload };
}

import { Semaphore, withTimeout } from 'async-mutex';
import { GatewayError } from '../errors.ts';
import type { Provider } from '../provider/provider.ts';
import type { RepairType } from '../provider/repair-type.ts';
import { drain } from './drain.ts';
import { createIdempotency } from './idempotency.ts';
import { unknownPhoto, type Photo } from './photo.ts';
import { openPicture, type IncomingFile, type PictureLimits } from './picture.ts';
import type { PhotoStore } from './store.ts';

export interface UploadRequest {
  readonly repairType: RepairType;
  /** Colour as `#rrggbb`; given exactly where `repairType` is `REPLACE_BACKGROUND`. */
  readonly background: string | null;
  /** Attempts under one key are charged once. */
  readonly idempotencyKey: string | null;
  /** Called once, where the file is wanted: what nobody opens can fail unheard. */
  readonly openFile: () => Promise<IncomingFile>;
}

export interface Uploads {
  /**
   * Streams one picture to the provider and remembers the photo. Not stopped when its caller loses
   * interest: once the last byte has gone up the upload may be charged, and its outcome is kept.
   * @throws what `openPicture` and the provider throw; `BAD_USER_INPUT` for a background with the wrong
   * repair type or none with the right one; `RATE_LIMITED` where too many uploads run already;
   * `IDEMPOTENCY_KEY_REUSED`.
   */
  upload(request: UploadRequest): Promise<Photo>;
}

export interface UploadsOptions {
  readonly provider: Provider;
  readonly store: PhotoStore;
  readonly limits: PictureLimits;
  readonly maxConcurrentUploads: number;
  readonly now: () => number;
  /** Longest wait for a place among the running uploads. @default 2000 */
  readonly placeTimeoutMs?: number;
}

/** The paid part: everything is checked before a byte goes upstream, and nothing is sent twice. */
export function createUploads(options: UploadsOptions): Uploads {
  const { provider, store, limits, maxConcurrentUploads, now, placeTimeoutMs = 2000 } = options;
  const idempotency = createIdempotency<Photo>();
  const places = withTimeout(
    new Semaphore(maxConcurrentUploads),
    placeTimeoutMs,
    new GatewayError('RATE_LIMITED', 'Too many uploads are running: try again in a few seconds.'),
  );

  async function send({ repairType, background, openFile }: UploadRequest): Promise<Photo> {
    const picture = await openPicture(await openFile(), limits);
    const uploaded = await provider.upload({ repairType, background, ...picture });
    const photo: Photo = {
      ...unknownPhoto(uploaded.id),
      repairType,
      originalUrl: uploaded.originalUrl,
      uploadedAt: new Date(now()),
    };
    store.put(photo);
    return photo;
  }

  async function upload(request: UploadRequest): Promise<Photo> {
    checkBackground(request);
    const { idempotencyKey } = request;
    const attempt = () => places.runExclusive(() => send(request));
    if (idempotencyKey === null) return attempt();
    const fingerprint = JSON.stringify([request.repairType, request.background]);
    const replayed = async () => drain((await request.openFile()).bytes);
    return idempotency.once(checkKey(idempotencyKey), fingerprint, attempt, replayed);
  }

  return { upload };
}

function checkBackground({ repairType, background }: UploadRequest) {
  if (repairType === 'REPLACE_BACKGROUND' && background === null) {
    throw new GatewayError(
      'BAD_USER_INPUT',
      'REPLACE_BACKGROUND needs the argument background, such as "#ffffff".',
    );
  }
  if (repairType !== 'REPLACE_BACKGROUND' && background !== null) {
    throw new GatewayError(
      'BAD_USER_INPUT',
      `background goes with REPLACE_BACKGROUND only, not with ${repairType}.`,
    );
  }
}

/** Bounded, since keys are kept for a day. */
function checkKey(key: string): string {
  if (key.length >= 1 && key.length <= 255) return key;
  throw new GatewayError(
    'BAD_USER_INPUT',
    'An idempotency key is 1 to 255 characters, such as a UUID.',
  );
}

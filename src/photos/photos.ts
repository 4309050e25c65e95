import type { Log } from '../log.ts';
import type { Provider, ProviderQuota } from '../provider/provider.ts';
import { createDownloads } from './downloads.ts';
import { isNotFound, photoExpired } from './failures.ts';
import { createLifecycle } from './lifecycle.ts';
import { parsePhotoId, unknownPhoto, type DownloadUrl, type Photo } from './photo.ts';
import { singleEvent, type Outcome } from './single-event.ts';
import { createMemoryStore } from './store.ts';
import { createUploads, type UploadRequest } from './uploads.ts';
import { createWatcher } from './watcher.ts';

/**
 * What the gateway promises its clients, whichever transport they come by. Every method throws a
 * `GatewayError` with a code of the contract; an id that cannot be one is `BAD_USER_INPUT`.
 */
export interface Photos {
  /** Sends a picture to be restored. See `Uploads.upload`. */
  upload(request: UploadRequest): Promise<Photo>;
  /** How far the restoration is. @throws `PHOTO_NOT_FOUND` */
  status(id: string, signal?: AbortSignal): Promise<Photo>;
  /** Where the restored picture is. @throws `PHOTO_NOT_READY`, `PHOTO_EXPIRED`, `PHOTO_NOT_FOUND` */
  downloadUrl(id: string, signal?: AbortSignal): Promise<DownloadUrl>;
  /** What is left to spend. */
  quota(signal?: AbortSignal): Promise<ProviderQuota>;
  /**
   * One event when the photo is ready, at once if it is, then the end. A failure comes as an event that
   * throws it: `WAIT_TIMEOUT`, `PHOTO_NOT_FOUND`, `PHOTO_EXPIRED`. After `close()` the end comes alone.
   */
  ready(id: string): AsyncIterableIterator<Outcome<Photo>>;
  /** Ends every `ready` stream and with them every poll. */
  close(): void;
}

export interface PhotosOptions {
  readonly provider: Provider;
  readonly maxFileSizeBytes: number;
  readonly uploadIdleTimeoutMs: number;
  readonly maxConcurrentUploads: number;
  readonly pollIntervalMs: number;
  readonly waitTimeoutMs: number;
  readonly log: Log;
  /** The clock, in milliseconds since 1970. @default Date.now */
  readonly now?: () => number;
}

export function createPhotos(options: PhotosOptions): Photos {
  const { provider, now = Date.now } = options;
  const store = createMemoryStore();
  const lifecycle = createLifecycle({ store, now });
  const limits = {
    maxFileSizeBytes: options.maxFileSizeBytes,
    idleTimeoutMs: options.uploadIdleTimeoutMs,
  };
  const uploads = createUploads({ ...options, store, limits, now });
  const watcher = createWatcher(options);
  const downloads = createDownloads({ provider, lifecycle, status: currentStatus });
  const closing = new AbortController();

  async function currentStatus(id: string, signal?: AbortSignal): Promise<Photo> {
    const known = lifecycle.current(id);
    if (known?.status === 'EXPIRED') return known;
    try {
      const status = await provider.status(id, signal);
      return status === 'READY' ? lifecycle.markReady(id) : (known ?? unknownPhoto(id));
    } catch (error) {
      if (known?.status === 'READY' && isNotFound(error)) return lifecycle.markExpired(known);
      throw error;
    }
  }

  async function whenReady(id: string, signal: AbortSignal): Promise<Photo> {
    const known = lifecycle.current(parsePhotoId(id));
    if (known?.status === 'READY') return known;
    if (known?.status === 'EXPIRED') throw photoExpired();
    await watcher.whenReady(id, signal);
    return lifecycle.markReady(id);
  }

  return {
    upload: (request) => uploads.upload(request),
    status: async (id, signal) => currentStatus(parsePhotoId(id), signal),
    downloadUrl: async (id, signal) => downloads.urlOf(parsePhotoId(id), signal),
    quota: (signal) => provider.quota(signal),
    ready: (id) => singleEvent((signal) => whenReady(id, signal), closing.signal),
    close: () => closing.abort(),
  };
}

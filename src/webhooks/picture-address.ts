import { bounded } from '../common/bounded.ts';
import type { Log } from '../common/log.ts';
import type { DownloadUrl } from '../photos/photo.ts';
import type { Photos } from '../photos/photos.ts';
import type { Delivery } from '../photos/store/outbox/delivery.ts';
import type { Store } from '../photos/store/store.ts';

export interface PictureAddressOptions {
  readonly photos: Pick<Photos, 'downloadUrl'>;
  readonly store: Pick<Store, 'photoOf'>;
  /** What addresses of archived pictures begin with, such as `https://photos.example.com`. Null if nobody knows. */
  readonly origin: string | null;
  readonly log: Log;
}

/** Longest wait for an address, in milliseconds. The event is worth more than the address. */
const TIMEOUT_MS = 5000;

/**
 * Creates the function that finds the address of the picture that a delivery tells of. It is made for each
 * attempt, because addresses expire. Null if the picture is gone or replaced, or if its address cannot be
 * had now.
 */
export function createPictureAddress(options: PictureAddressOptions) {
  const { photos, store, origin, log } = options;
  let hasWarned = false;

  function warnOnce() {
    if (!hasWarned) log.warn({}, 'Webhooks go without addresses of pictures: set PUBLIC_URL');
    hasWarned = true;
  }

  async function find({ client, photoId, revision }: Delivery, signal: AbortSignal) {
    if (origin === null) {
      warnOnce();
      return null;
    }
    const own = await store.photoOf(client, photoId);
    if (own === null || own === 'foreign' || own.revision !== revision) return null;
    if (own.status !== 'READY') return null;
    return photos.downloadUrl({ client, origin, uploadsPerDay: null }, photoId, signal);
  }

  return async function downloadUrlOf(
    delivery: Delivery,
    signal: AbortSignal,
  ): Promise<DownloadUrl | null> {
    try {
      return await bounded({ signals: [signal], timeoutMs: TIMEOUT_MS }, (inner) =>
        find(delivery, inner),
      );
    } catch (error) {
      log.debug({ err: error, photoId: delivery.photoId }, 'A webhook goes without an address');
      return null;
    }
  };
}

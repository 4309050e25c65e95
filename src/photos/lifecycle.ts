import { expiryOf, unknownPhoto, type Photo } from './photo.ts';
import type { PhotoStore } from './store.ts';

/** The states that a photo goes through: PROCESSING, READY, EXPIRED. */
export interface Lifecycle {
  /** What is known of the photo now: one whose hour is over by the clock is EXPIRED. */
  current(id: string): Photo | undefined;
  /** Its restoration is done. The hour counts from the first time that this is said. */
  markReady(id: string): Photo;
  /** The provider has deleted it. */
  markExpired(photo: Photo): Photo;
}

export function createLifecycle({
  store,
  now,
}: {
  readonly store: PhotoStore;
  readonly now: () => number;
}): Lifecycle {
  function remember(photo: Photo): Photo {
    store.put(photo);
    return photo;
  }

  function current(id: string): Photo | undefined {
    const photo = store.get(id);
    if (photo?.status !== 'READY') return photo;
    const expiry = expiryOf(photo);
    return expiry !== null && now() >= expiry.getTime() ? markExpired(photo) : photo;
  }

  function markReady(id: string): Photo {
    const photo = store.get(id) ?? unknownPhoto(id);
    if (photo.status === 'READY') return photo;
    return remember({ ...photo, status: 'READY', readyAt: new Date(now()) });
  }

  function markExpired(photo: Photo): Photo {
    return remember({ ...photo, status: 'EXPIRED' });
  }

  return { current, markReady, markExpired };
}

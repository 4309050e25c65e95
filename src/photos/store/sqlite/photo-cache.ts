import { LRUCache } from 'lru-cache';
import type { PhotoRecord } from '../store.ts';
import type { SyncStore } from './sync-store.ts';

/** Every call that changes photos, and the one whose answers are remembered. */
type PhotoCalls = Pick<
  SyncStore,
  | 'photoOf'
  | 'complete'
  | 'markReady'
  | 'markArchived'
  | 'markExpired'
  | 'deletePhoto'
  | 'markOriginalsKept'
  | 'forgetOriginal'
  | 'purge'
>;

/** Pages ask for the photos that they show, again and again. This is some megabytes. */
const MAX_PHOTOS = 5000;

/**
 * The same calls, with the last answers of `photoOf` remembered: reading a row takes more time than the rest
 * of a query needs. All changes of the database must be made through these calls.
 * @param now milliseconds since 1970.
 */
export function cachePhotos(calls: PhotoCalls, now: () => number): PhotoCalls {
  /** By their ids, each as one client sees it. */
  const views = new LRUCache<string, { readonly client: string; readonly photo: PhotoRecord }>({
    max: MAX_PHOTOS,
  });

  /** Expiry follows the clock, which may also be set back, without a change in the database. */
  const isCurrent = ({ status, expiresAt }: PhotoRecord) =>
    status === 'PROCESSING' ||
    (status === 'READY' && (expiresAt === null || expiresAt.getTime() > now()));

  function photoOf(client: string, id: string) {
    const view = views.get(id);
    if (view?.client === client && isCurrent(view.photo)) return view.photo;
    const photo = calls.photoOf(client, id);
    if (photo !== null && photo !== 'foreign') views.set(id, { client, photo });
    return photo;
  }

  /** Forgets the photo first. Nothing can read it before the change has been made or has failed. */
  function forgetting<Args extends readonly [id: string, ...rest: unknown[]], Result>(
    change: (...args: Args) => Result,
  ) {
    return (...args: Args): Result => {
      views.delete(args[0]);
      return change(...args);
    };
  }

  return {
    photoOf,
    complete(client, upload, recordKey) {
      views.delete(upload.id);
      return calls.complete(client, upload, recordKey);
    },
    deletePhoto(client, id) {
      views.delete(id);
      return calls.deletePhoto(client, id);
    },
    markReady: forgetting(calls.markReady),
    markArchived: forgetting(calls.markArchived),
    markExpired: forgetting(calls.markExpired),
    markOriginalsKept(uploads) {
      for (const { id } of uploads) views.delete(id);
      return calls.markOriginalsKept(uploads);
    },
    forgetOriginal: forgetting(calls.forgetOriginal),
    purge(limits) {
      views.clear();
      return calls.purge(limits);
    },
  };
}

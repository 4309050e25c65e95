import type { Awaitable } from '../common/awaitable.ts';
import type { PhotoEvents } from './photo-events.ts';
import { PICTURE_LIFETIME_MS, type Photo } from './photo.ts';
import type { PhotoRecord, Store } from './store/store.ts';
import type { Absences } from './watching/absences.ts';

/** The states that a photo goes through: PROCESSING, READY, EXPIRED. What changes them is stored. */
export interface Lifecycle {
  /** The client's own view of a photo; `foreign` if only other clients uploaded it. */
  find(client: string, id: string): Awaitable<PhotoRecord | 'foreign' | null>;
  /** The client's own view, if several uploads got the same id; else `photo`. */
  ownView(client: string, photo: Photo): Promise<Photo>;
  /** Stores and announces that the restoration is done. Its hour counts from the first such call. */
  markReady(id: string, revision: number): Promise<PhotoRecord>;
  /**
   * Notes the provider's answer that it has no such picture. A photo that is PROCESSING an hour after
   * its upload is EXPIRED once it is proven missing (see `Absences`).
   * @returns the photo after that.
   */
  missed(photo: PhotoRecord): Promise<PhotoRecord>;
  /** Marks an uploaded photo as expired whose watch ended without success: its hour must be over. */
  markLost(photo: PhotoRecord): Promise<void>;
}

export interface LifecycleOptions {
  readonly store: Store;
  readonly absences: Absences;
  readonly now: () => number;
  /** Emits photos that are ready, or lost. */
  readonly events: PhotoEvents;
}

export function createLifecycle(options: LifecycleOptions): Lifecycle {
  const { store, absences, events, now } = options;

  async function ownView(client: string, photo: Photo): Promise<Photo> {
    const own = await store.photoOf(client, photo.id);
    return own === null || own === 'foreign' ? photo : own;
  }

  async function markReady(id: string, revision: number): Promise<PhotoRecord> {
    absences.reset(id);
    const readyAt = new Date(now());
    const expiresAt = new Date(readyAt.getTime() + PICTURE_LIFETIME_MS);
    const photo = await store.markReady(id, revision, readyAt, expiresAt);
    if (photo.status === 'READY') events.emit('ready', photo);
    return photo;
  }

  async function missed(photo: PhotoRecord): Promise<PhotoRecord> {
    if (!absences.recordNotFound(photo.id) || !mustHaveExpired(photo)) return photo;
    return (await store.markExpired(photo.id, photo.revision)) ?? photo;
  }

  /**
   * Whether it was uploaded so long ago that it must have been ready, and deleted. A READY photo
   * expires by the clock alone: a provider that loses it for a while within its hour may have it
   * again, and then nobody would fetch it.
   */
  function mustHaveExpired({ status: known, uploadedAt }: PhotoRecord): boolean {
    if (known !== 'PROCESSING' || uploadedAt === null) return false;
    return now() - uploadedAt.getTime() > PICTURE_LIFETIME_MS;
  }

  async function markLost(photo: PhotoRecord): Promise<void> {
    await store.markExpired(photo.id, photo.revision);
    events.emit('lost', photo);
  }

  return {
    find: (client, id) => store.photoOf(client, id),
    ownView,
    markReady,
    missed,
    markLost,
  };
}

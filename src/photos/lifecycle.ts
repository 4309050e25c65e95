import { noSuchPhoto } from '../provider/errno.ts';
import type { Provider } from '../provider/provider.ts';
import { isNotFound, toleratingNotFound } from './failures.ts';
import type { PhotoEvents } from './photo-events.ts';
import { PICTURE_LIFETIME_MS, unknownPhoto, type Photo } from './photo.ts';
import { rateLimitKeyOf, type Principal } from './principal.ts';
import type { PhotoRecord, Store } from './store/store.ts';
import type { Absences } from './watching/absences.ts';

/** The states that a photo goes through: PROCESSING, READY, EXPIRED. */
export interface Lifecycle {
  /** The client's own view of a photo; `foreign` if only other clients uploaded it. */
  find(client: string, id: string): Promise<PhotoRecord | 'foreign' | null>;
  /**
   * The status of a photo: as stored if it cannot change any more, else as the provider says. If the
   * provider has no such picture, a READY photo stays as it is: it is EXPIRED once its hour is over,
   * not before. A photo that is PROCESSING an hour after its upload is EXPIRED once it is proven
   * missing (see `Absences`).
   * @throws `PHOTO_NOT_FOUND` for a photo that is unknown here and at the provider.
   */
  status(principal: Principal, id: string, signal?: AbortSignal): Promise<Photo>;
  /** The client's own view, if several uploads got the same id; else `photo`. */
  ownView(client: string, photo: Photo): Promise<Photo>;
  /** Stores and announces that the restoration is done. Its hour counts from the first such call. */
  markReady(id: string, revision: number): Promise<PhotoRecord>;
  /** Marks an uploaded photo as expired whose watch ended without success: its hour must be over. */
  markLost(photo: PhotoRecord): Promise<void>;
}

export interface LifecycleOptions {
  readonly provider: Pick<Provider, 'forClient'>;
  readonly store: Store;
  readonly absences: Absences;
  readonly now: () => number;
  /** Emits photos that are ready, or lost. */
  readonly events: PhotoEvents;
}

export function createLifecycle(options: LifecycleOptions): Lifecycle {
  const { provider, store, absences, events, now } = options;

  async function status(principal: Principal, id: string, signal?: AbortSignal): Promise<Photo> {
    const { client } = principal;
    const calls = provider.forClient(rateLimitKeyOf(principal));
    const known = await store.photoOf(client, id);
    // Treated as an unknown photo: an answer without the call would reveal that another client has it.
    if (known === 'foreign') {
      await toleratingNotFound(calls.status(id, signal));
      throw noSuchPhoto();
    }
    if (known?.status === 'EXPIRED' || known?.archived) return known;
    try {
      const found = await calls.status(id, signal);
      absences.found(id);
      if (found !== 'READY') return known ?? unknownPhoto(id);
      const ready = await markReady(id, known?.revision ?? 0);
      return (known?.revision ?? 0) === 0 ? ready : await ownView(client, ready);
    } catch (error) {
      if (known === null || !isNotFound(error)) throw error;
      return ownView(client, await missing(known));
    }
  }

  async function ownView(client: string, photo: Photo): Promise<Photo> {
    const own = await store.photoOf(client, photo.id);
    return own === null || own === 'foreign' ? photo : own;
  }

  async function markReady(id: string, revision: number): Promise<PhotoRecord> {
    absences.found(id);
    const readyAt = new Date(now());
    const expiresAt = new Date(readyAt.getTime() + PICTURE_LIFETIME_MS);
    const photo = await store.markReady(id, revision, readyAt, expiresAt);
    if (photo.status === 'READY') events.emit('ready', photo);
    return photo;
  }

  /** Handles the provider's answer that it has no such picture. */
  async function missing(photo: PhotoRecord): Promise<Photo> {
    if (!absences.missed(photo.id) || !mustHaveExpired(photo)) return photo;
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
    status,
    ownView,
    markReady,
    markLost,
  };
}

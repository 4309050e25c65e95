import { noSuchPhoto } from '../provider/errno.ts';
import type { Provider } from '../provider/provider.ts';
import { toleratingNotFound, isNotFound } from './failures.ts';
import { PICTURE_LIFETIME_MS, unknownPhoto, type Photo } from './photo.ts';
import type { PhotoEvents } from './photo-events.ts';
import { rateLimitKeyOf, type Principal } from './principal.ts';
import type { PhotoRecord, Store } from './store/store.ts';
import type { Absences } from './watching/absences.ts';

/** The states that a photo goes through: PROCESSING, READY, EXPIRED. */
export interface Lifecycle {
  /** What is known of a photo to this client; `foreign` where it is another's. */
  find(client: string, id: string): Promise<PhotoRecord | 'foreign' | null>;
  /**
   * How far a photo is: as known where that cannot change, else as the provider says. That it has no such
   * picture changes nothing of a photo that is READY, which is EXPIRED once its hour is over and not before. One
   * that is PROCESSING an hour after its upload is EXPIRED once that was said again and again (see `Absences`).
   * @throws `PHOTO_NOT_FOUND` for a photo that nobody knows.
   */
  status(principal: Principal, id: string, signal?: AbortSignal): Promise<Photo>;
  /** Its restoration is done. The hour counts from the first time that this is said. */
  markReady(id: string, revision: number): Promise<PhotoRecord>;
  /** The watch of an uploaded photo has ended without it: its hour must be over. */
  markLost(photo: PhotoRecord): Promise<void>;
}

export interface LifecycleOptions {
  readonly provider: Pick<Provider, 'forClient'>;
  readonly store: Store;
  readonly absences: Absences;
  readonly now: () => number;
  /** Told of photos that are ready, or lost. */
  readonly events: PhotoEvents;
}

export function createLifecycle(options: LifecycleOptions): Lifecycle {
  const { provider, store, absences, events, now } = options;

  async function status(principal: Principal, id: string, signal?: AbortSignal): Promise<Photo> {
    const { client } = principal;
    const calls = provider.forClient(rateLimitKeyOf(principal));
    const known = await store.photoOf(client, id);
    // As one that nobody knows: an answer without the call would tell that another has the photo.
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

  /** Of an id that several uploads got, the client is told of its own. */
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

  /** The provider has no such picture, it says. */
  async function missing(photo: PhotoRecord): Promise<Photo> {
    if (!absences.missed(photo.id) || !mustHaveLapsed(photo)) return photo;
    return (await store.markExpired(photo.id, photo.revision)) ?? photo;
  }

  /**
   * It was uploaded so long ago that it must have been ready, and deleted. One that is READY lapses by the clock
   * alone: a provider that has lost it for a while within its hour may have it again, and nobody would fetch it.
   */
  function mustHaveLapsed({ status: known, uploadedAt }: PhotoRecord): boolean {
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
    markReady,
    markLost,
  };
}

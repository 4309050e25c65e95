import { setTimeout as delay } from 'node:timers/promises';
import { abortable } from '../../common/bounded.ts';
import type { ArchivedPicture, PhotoRecord, Store } from '../store/store.ts';
import type { ArchiveWorker } from './archive-worker.ts';
import { readPictureName } from './picture-name.ts';

/** Waits for pictures that are ready, and on their way into the archive. */
export interface ArrivingPictures {
  /**
   * The archived picture of this name. If it is not archived yet, but ready, it is archived now, by
   * whichever process does that, and this waits a few seconds for it. Null if it does not get there in
   * time, if an attempt has failed, or if there is no such picture.
   * @throws the reason of `signal`, which ends the wait and nothing else.
   */
  find(name: string, signal: AbortSignal): Promise<ArchivedPicture | null>;
  /** Tells that this process has tried to archive a picture of the photo, with whatever result. */
  attempted(id: string): void;
}

export interface ArrivingPicturesOptions {
  readonly store: Pick<Store, 'picture' | 'photo'>;
  readonly archiveWorker: Pick<ArchiveWorker, 'enqueue' | 'isFailing'>;
  /** Ends all waiting, without a picture. */
  readonly closing: AbortSignal;
  /** Longest wait for one picture, in milliseconds. @default 5000 */
  readonly patienceMs?: number;
}

/**
 * Another process may archive the picture, and tells nobody. So the store is asked too: a few times, by
 * those who wait alone.
 */
const FIRST_LOOK_MS = 50;
const LONGEST_LOOK_MS = 500;

interface Arrival {
  readonly id: string;
  /** Resolves when this process has tried to archive it. */
  readonly attempt: PromiseWithResolvers<true>;
  readonly picture: Promise<ArchivedPicture | null>;
}

export function createArrivingPictures(options: ArrivingPicturesOptions): ArrivingPictures {
  const { store, archiveWorker, closing, patienceMs = 5000 } = options;
  /** By name. Each has at least one request that waits or has just left, so they are as bounded as those. */
  const arrivals = new Map<string, Arrival>();

  async function find(name: string, signal: AbortSignal): Promise<ArchivedPicture | null> {
    const picture = await store.picture(name);
    if (picture !== null || archiveWorker.isFailing()) return picture;
    const photo = await unarchivedPhoto(store, name);
    if (photo === null) return store.picture(name);
    const { picture: arriving } = arrivals.get(name) ?? expect(photo, name);
    return abortable(arriving, signal);
  }

  function expect(photo: PhotoRecord, name: string): Arrival {
    const attempt = Promise.withResolvers<true>();
    const picture = wait(name, attempt.promise).finally(() => arrivals.delete(name));
    // Everybody who waits may have left.
    picture.catch(() => undefined);
    const arrival = { id: photo.id, attempt, picture };
    arrivals.set(name, arrival);
    archiveWorker.enqueue(photo, true);
    return arrival;
  }

  async function wait(name: string, attempt: Promise<true>): Promise<ArchivedPicture | null> {
    const lastLookAtMs = performance.now() + patienceMs;
    for (let waitMs = FIRST_LOOK_MS; ; waitMs = Math.min(2 * waitMs, LONGEST_LOOK_MS)) {
      const isOver = await pause(waitMs, attempt);
      const picture = await store.picture(name);
      if (picture !== null || isOver || performance.now() > lastLookAtMs) return picture;
    }
  }

  /** @returns whether waiting longer is in vain. */
  async function pause(waitMs: number, attempt: Promise<true>): Promise<boolean> {
    const timer = new AbortController();
    const signal = AbortSignal.any([timer.signal, closing]);
    const look = delay(waitMs, false, { signal }).catch(() => true);
    const isOver = await Promise.race([attempt, look]);
    timer.abort();
    return isOver;
  }

  function attempted(id: string) {
    for (const arrival of arrivals.values()) if (arrival.id === id) arrival.attempt.resolve(true);
  }

  return { find, attempted };
}

/** The uploaded photo whose picture of this name is ready, and is not archived yet; else null. */
export async function unarchivedPhoto(
  store: Pick<Store, 'photo'>,
  name: string,
): Promise<PhotoRecord | null> {
  const meant = readPictureName(name);
  const photo = meant === null || meant.isOriginal ? null : await store.photo(meant.id);
  const isMeant = photo?.revision === meant?.revision && photo?.status === 'READY';
  return isMeant && photo.archived === null ? photo : null;
}

import type { Store } from '../store/store.ts';
import type { Archive } from './archive.ts';

export interface PurgeOptions {
  readonly store: Pick<Store, 'lapsed' | 'photo' | 'markExpired'>;
  readonly archive: Pick<Archive, 'remove'>;
  /** Photos at a time. */
  readonly stepSize: number;
}

/**
 * Deletes the pictures whose time is over, step by step until none is left that can be deleted.
 * @param isBusy tells of photos to leave alone: a new picture is about to take the place of the old one.
 * @throws one of the errors of those that cannot.
 */
export async function purgeLapsed(
  { store, archive, stepSize }: PurgeOptions,
  isBusy: (id: string) => boolean,
  signal: AbortSignal,
): Promise<void> {
  async function purge(id: string, revision: number): Promise<boolean> {
    // Uploaded anew and archived since it was read, it must not lose the new picture for the old one.
    const photo = isBusy(id) ? null : await store.photo(id);
    if (photo?.revision !== revision || photo.archived === null) return false;
    // In this order: a picture that nobody remembers any more would stay for ever.
    await archive.remove(id);
    await store.markExpired(id, revision);
    return true;
  }

  for (;;) {
    const photos = await store.lapsed(stepSize);
    const failures: unknown[] = [];
    let purged = 0;
    for (const { id, revision } of photos) {
      if (signal.aborted) return;
      try {
        if (await purge(id, revision)) purged += 1;
      } catch (error) {
        failures.push(error);
      }
    }
    // Without any progress, the next step would be of the same photos.
    if (photos.length === stepSize && purged > 0) continue;
    if (failures.length > 0) throw failures[0];
    return;
  }
}

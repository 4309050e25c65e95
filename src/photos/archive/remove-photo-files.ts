import type { PictureReference, Store } from '../store/store.ts';
import type { Archive } from './archive.ts';
import { originalName } from './picture-name.ts';

export interface RemovalOptions {
  readonly store: Pick<Store, 'markExpired' | 'expiredOriginals' | 'forgetOriginal'>;
  readonly archive: Pick<Archive, 'remove'>;
}

/** More than the uploads of one photo that one client can have to be deleted at a time. */
const MAX_ORIGINALS = 1000;

/**
 * Deletes from the archive what nobody has of a photo any more, after the store has deleted what its client
 * has: these pictures, which have expired, and the originals. What is left when it fails, the next sweep of
 * the archive deletes.
 */
export async function removePhotoFiles(
  { store, archive }: RemovalOptions,
  photoId: string,
  pictures: readonly PictureReference[],
): Promise<void> {
  for (const { id, revision, name } of pictures) {
    // The order matters: a picture that the store has forgotten would stay for ever.
    await archive.remove(name);
    await store.markExpired(id, revision);
  }
  for (const { id, revision } of await store.expiredOriginals(MAX_ORIGINALS, photoId)) {
    await archive.remove(originalName(id, revision));
    await store.forgetOriginal(id, revision);
  }
}

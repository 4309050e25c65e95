import { abortable, bounded } from '../common/bounded.ts';
import type { Log } from '../common/log.ts';
import { noSuchPhoto } from '../provider/errno.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import type { Archive } from './archive/archive.ts';
import { removePhotoFiles } from './archive/remove-photo-files.ts';
import type { PhotoEvents } from './photo-events.ts';
import type { Principal } from './principal.ts';
import type { Store } from './store/store.ts';

export interface Deletions {
  /**
   * Deletes a photo that the principal uploaded: the record of it, and its pictures in the archive, as they were uploaded too. Whoever
   * waits for it is told `PHOTO_NOT_FOUND`. What the upload cost stays paid. Another client that uploaded the
   * same photo keeps it; then a stream of the principal that waits for it ends when it is ready.
   * @throws `PHOTO_NOT_FOUND` for any other photo, and for one that was deleted before.
   */
  delete(principal: Principal, id: string): Promise<void>;
}

export interface DeletionsOptions {
  readonly store: Pick<
    Store,
    'deletePhoto' | 'markExpired' | 'expiredOriginals' | 'forgetOriginal'
  >;
  readonly archive: Pick<Archive, 'remove'> | null;
  readonly events: PhotoEvents;
  readonly telemetry: Pick<Telemetry, 'photoDeleted'>;
  readonly log: Pick<Log, 'warn'>;
  /** Ends the wait for the archive. */
  readonly closing: AbortSignal;
  /** Longest wait for the archive, in milliseconds. @default 5000 */
  readonly archiveTimeoutMs?: number;
}

export function createDeletions(options: DeletionsOptions): Deletions {
  const { store, archive, events, telemetry, log, closing, archiveTimeoutMs = 5000 } = options;

  async function remove({ client }: Principal, id: string): Promise<void> {
    const deleted = await store.deletePhoto(client, id);
    if (deleted === null) throw noSuchPhoto();
    telemetry.photoDeleted();
    const { endedRevision: revision, pictures } = deleted;
    if (revision !== null) events.emit('deleted', { id, revision });
    if (archive === null) return;
    try {
      const bounds = { signals: [closing], timeoutMs: archiveTimeoutMs };
      await bounded(bounds, (ended) =>
        abortable(removePhotoFiles({ store, archive }, id, pictures), ended),
      );
    } catch (error) {
      // They have expired, so the archive worker deletes them too.
      log.warn({ err: error, photoId: id }, 'Pictures of a deleted photo are deleted later');
    }
  }

  return { delete: remove };
}

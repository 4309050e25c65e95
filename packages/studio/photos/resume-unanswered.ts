import { batch } from '@preact/signals';
import type { PhotoList } from './photo-list.ts';
import type { PhotoStorage, StoredPhoto } from './photo-storage.ts';
import { pickedPhoto } from './picked-photo.ts';
import type { Pictures } from './pictures.ts';
import type { Uploader } from './uploader.ts';

export interface UnansweredOptions {
  readonly list: Pick<PhotoList, 'get' | 'add'>;
  readonly pictures: Pick<Pictures, 'keep'>;
  readonly storage: Pick<PhotoStorage, 'read' | 'remove'>;
  readonly uploader: Pick<Uploader, 'queue'>;
  /** Whose uploads are resumed. */
  readonly owner: string;
}

/**
 * How long the gateway knows what was paid under a key, in milliseconds (docs/clients.md,
 * "Idempotency keys").
 */
const KEY_LIFETIME_MS = 23 * 3_600_000;

/** Resumes the uploads that had no response when the page was left. */
export async function resumeUnanswered(options: UnansweredOptions): Promise<void> {
  const { list, pictures, storage, uploader, owner } = options;

  function resume(stored: StoredPhoto) {
    const { key, picture, name, repairType: type, background, sentAt, idempotencyKey } = stored;
    const place = stored.place ?? { at: sentAt, index: 0 };
    const url = pictures.keep(key, picture);
    const photo = { ...pickedPhoto({ key, name, picture, url }), place };
    // In one batch: otherwise it would be announced as newly picked.
    batch(() => {
      list.add([photo]);
      uploader.queue(photo, { idempotencyKey, sentAt, repair: { type, background } }, true);
    });
  }

  for (const photo of await storage.read()) {
    const isOurs = (photo.owner ?? owner) === owner;
    if (photo.id !== null || !isOurs || list.get(photo.key) !== null) continue;
    if (Date.now() - photo.sentAt < KEY_LIFETIME_MS) resume(photo);
    // Forgets its key, and whether it was paid. If it was, the photo is among the remembered ones.
    else void storage.remove(photo.key);
  }
}

import { EventEmitter } from 'node:events';
import type { PhotoRecord } from './store/store.ts';

type Upload = Pick<PhotoRecord, 'id' | 'revision'>;

/** What can happen to a photo. Each is stored before it is emitted. */
interface PhotoEventMap {
  /** The provider has taken its picture. */
  readonly uploaded: [photo: PhotoRecord];
  /** The restored picture is there. Emitted each time that this is found, so that it may come again. */
  readonly ready: [photo: PhotoRecord];
  /** The restored picture is in the archive. */
  readonly archived: [upload: Upload];
  /** The restored picture is gone, or never came, and will not be asked for again. */
  readonly lost: [upload: Upload];
}

/**
 * Tells what happened to photos. Those who change a photo emit, and know nobody who follows: the watcher, the
 * archive, and whatever comes. A listener must not throw, and must not wait.
 */
export type PhotoEvents = EventEmitter<PhotoEventMap>;

export function createPhotoEvents(): PhotoEvents {
  return new EventEmitter<PhotoEventMap>();
}

import { EventEmitter } from 'node:events';
import type { PhotoRecord } from './store/store.ts';

type Upload = Pick<PhotoRecord, 'id' | 'revision'>;

/** The events of a photo's life. Each is stored before it is emitted. */
interface PhotoEventMap {
  /** The provider has accepted its picture. Comes with its uploader's rate limit key. */
  readonly uploaded: [photo: PhotoRecord, rateLimitKey: string];
  /** The restored picture is ready. Emitted each time that this is found, so it may come again. */
  readonly ready: [photo: PhotoRecord];
  /** The restored picture is in the archive. */
  readonly archived: [upload: Upload];
  /** All who had this upload have deleted it. */
  readonly deleted: [upload: Upload];
  /** The restored picture is gone, or never came. The provider will not be asked for it again. */
  readonly lost: [upload: Upload];
}

/**
 * Emitter of what happened to photos. Code that changes a photo emits, and does not know the
 * listeners: the watcher, the archive, and any later one. A listener must not throw, and must not
 * block.
 */
export type PhotoEvents = EventEmitter<PhotoEventMap>;

export function createPhotoEvents(): PhotoEvents {
  return new EventEmitter<PhotoEventMap>();
}

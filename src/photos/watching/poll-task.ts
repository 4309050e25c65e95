import type { PhotoRecord } from '../store/store.ts';
import type { PhotoRevision } from './photo-revision.ts';

/** A photo to poll until it is done. */
export interface PollTask extends PhotoRevision {
  /** The photo, if it was uploaded here; null for an id that is polled only for its waiters. */
  readonly photo: PhotoRecord | null;
  /** The key whose turn its polls take while nobody waits for it in this process. */
  rateLimitKey: string;
}

export function uploadTask(photo: PhotoRecord, rateLimitKey: string): PollTask {
  return { id: photo.id, revision: photo.revision, photo, rateLimitKey };
}

export function foreignTask(id: string, rateLimitKey: string): PollTask {
  return { id, revision: 0, photo: null, rateLimitKey };
}

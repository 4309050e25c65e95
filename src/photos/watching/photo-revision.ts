import type { PhotoRecord } from '../store/store.ts';

/**
 * What is polled, and waited for: one upload of a photo, or, with revision 0, an id whose waiters did
 * not upload it.
 */
export type PhotoRevision = Pick<PhotoRecord, 'id' | 'revision'>;

import type { PhotoRecord } from '../store/store.ts';
import type { PhotoRevision } from './photo-revision.ts';

/**
 * Sees to it that photos are polled, each by one poll loop, in this process or another. Whoever polls
 * tells the waiters of every process what came of it.
 */
export interface WatchQueue {
  /**
   * Has an uploaded photo polled until it is done. Its earlier uploads are polled no more.
   * @param rateLimitKey the key whose turn its polls take while nobody waits for it.
   */
  add(photo: PhotoRecord, rateLimitKey: string): void;
  /** Notes that somebody waits for an uploaded photo, and nobody in this process did before. */
  wantUpload(photo: PhotoRecord, rateLimitKey: string): void;
  /** Has an id that its waiters did not upload polled until it is done, or not wanted any more. */
  wantForeign(id: string, rateLimitKey: string): void;
  /** Notes that nobody in this process waits for the id any more. */
  unwantForeign(id: string): void;
  /** Ends the polls of a photo that another part of the gateway has found to be done. */
  settled(photo: PhotoRevision): void;
  /** Tells all who wait of a failure that is not temporary, while the photo is polled on. */
  trouble(photo: PhotoRevision, error: unknown): void;
  /** Takes up what an earlier process left. Call it once. */
  start(): Promise<void>;
  /** Ends all polling. Resolves when no poll is running any more. */
  close(): Promise<void>;
}

import type { ProviderQuota, ProviderState } from '../provider/provider.ts';
import type { ArchiveState } from './archive/archive-worker.ts';
import type { Principal } from './principal.ts';
import type { DownloadUrl, Photo } from './photo.ts';
import type { ArchivedPicture, PhotosPage, PhotosQuery } from './store/store.ts';
import type { Allowance } from './uploads/allowance.ts';
import type { UploadRequest } from './uploads/upload-request.ts';
import type { SettledResult } from './watching/settled-results.ts';

/**
 * What the gateway promises its clients, whichever transport they come by. Every method throws a
 * `GatewayError` with a code of the contract; an id that cannot be one is `BAD_USER_INPUT`, and another
 * client's photo is `PHOTO_NOT_FOUND`.
 */
export interface Photos {
  /** Sends a picture to be restored, and watches it from then on. See `Uploads.upload`. */
  upload(upload: PhotoUpload): Promise<Photo>;
  /** How far the restoration is. @throws `PHOTO_NOT_FOUND` */
  status(principal: Principal, id: string, signal?: AbortSignal): Promise<Photo>;
  /** A photo that the caller uploaded, as it is remembered; null for any other. Asks nobody. */
  photo(principal: Principal, id: string): Promise<Photo | null>;
  /** The photos that the caller uploaded, newest first. @throws `BAD_USER_INPUT` for a page that cannot be. */
  list(principal: Principal, query: Omit<PhotosQuery, 'client'>): Promise<PhotosPage>;
  /**
   * When one of these photos will likely be ready, by how long others like it took: always in the future.
   * Null but for an uploaded photo that is PROCESSING; where too few like it were seen; and where it has
   * outlived what was seen. Asks nobody.
   */
  expectedReadyAt(photo: Photo): Date | null;
  /** Where the restored picture is. @throws `PHOTO_NOT_READY`, `PHOTO_EXPIRED`, `PHOTO_NOT_FOUND` */
  downloadUrl(principal: Principal, id: string, signal?: AbortSignal): Promise<DownloadUrl>;
  /** What is left of the caller's own share; null where it has no limit. */
  allowance(principal: Principal): Promise<Allowance | null>;
  /** What is left to spend. */
  quota(signal?: AbortSignal): Promise<ProviderQuota>;
  /** See `ReadyStreams.open`. */
  ready(principal: Principal, ids: readonly string[]): AsyncIterableIterator<SettledResult<Photo>>;
  /** How what it stands on does. */
  health(): Promise<PhotosHealth>;
  /** What the archive holds under a name, for whoever has a signed address; null for nothing. */
  archived(name: string): Promise<ArchivedPicture | null>;
  /** Ends every `ready` stream without its photo, and every wait of an upload. */
  endWaits(): void;
  /** Ends all work, and resolves when none is left. The store and the archive are their owner's to close. */
  close(): Promise<void>;
}

export interface PhotoUpload extends UploadRequest {
  /** Resolve only when the photo is ready, or after so many seconds as it stands then; 0 to 60. */
  readonly waitSeconds: number;
  /** Ends the waiting, not the upload. */
  readonly signal?: AbortSignal | undefined;
}

export interface PhotosHealth {
  readonly store: 'answering' | 'failing';
  readonly provider: ProviderState;
  /** Null where finished pictures are left to the provider. */
  readonly archive: ArchiveState | null;
}

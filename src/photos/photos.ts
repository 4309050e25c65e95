import type { Awaitable } from '../common/awaitable.ts';
import type { LazySignal } from '../common/lazy-signal.ts';
import type { ProviderQuota, ProviderState } from '../provider/provider.ts';
import type { ArchiveState } from './archive/archive-worker.ts';
import type { OriginalsState } from './archive/originals-health.ts';
import type { SavePicture } from './archive/fetch-result.ts';
import type { PassedOn } from './archive/passed-pictures.ts';
import type { DownloadUrl, KeptOriginal, Photo } from './photo.ts';
import type { Principal } from './principal.ts';
import type { ArchivedPicture, PhotosPage, PhotosQuery } from './store/store.ts';
import type { Allowance } from './uploads/allowance.ts';
import type { UploadRequest } from './uploads/upload-request.ts';
import type { ResultThunk } from './watching/settled-results.ts';

/**
 * The gateway's operations for clients, the same for every transport. Every method throws a
 * `GatewayError` with a code of the contract. An invalid id is `BAD_USER_INPUT`, and another
 * client's photo is `PHOTO_NOT_FOUND`. While the store is away, `STORE_UNAVAILABLE`; see `Uploads` for
 * uploads.
 */
export interface Photos {
  readonly uploadableFiles: UploadableFiles;
  /** Uploads a picture for restoration, and watches it from then on. See `Uploads.upload`. */
  upload(upload: PhotoUpload): Promise<Photo>;
  /** The progress of the restoration; see `Statuses.of`. @throws `PHOTO_NOT_FOUND` */
  status(principal: Principal, id: string, signal?: LazySignal): Awaitable<Photo>;
  /**
   * A photo that the principal uploaded, from the store; null for any other. Makes no call to the
   * provider.
   */
  photo(principal: Principal, id: string): Promise<Photo | null>;
  /**
   * The photos that the principal uploaded.
   * @throws `BAD_USER_INPUT` for an invalid page.
   */
  list(principal: Principal, query: Omit<PhotosQuery, 'client'>): Promise<PhotosPage>;
  /**
   * Estimates when a photo will be ready, from the processing times of similar photos. Always in
   * the future. Null unless the photo was uploaded here and is PROCESSING; null too if too few
   * similar photos were seen, or if it has outlived them. Makes no call to the provider.
   */
  expectedReadyAt(photo: Photo): Promise<Date | null>;
  /**
   * The address of the restored picture.
   * @throws `PHOTO_NOT_READY`, `PHOTO_EXPIRED`, `PHOTO_NOT_FOUND`
   */
  downloadUrl(principal: Principal, id: string, signal?: AbortSignal): Promise<DownloadUrl>;
  /** See `Deletions.delete`. */
  delete(principal: Principal, id: string): Promise<void>;
  /**
   * The address of a photo's picture as it was uploaded, in the archive; null if it is not there. Makes no call
   * to the provider.
   */
  originalDownloadUrl(principal: Principal, photo: Photo): Promise<DownloadUrl | null>;
  /** What is left of the principal's own allowance; null if it has no limit. */
  allowance(principal: Principal): Promise<Allowance | null>;
  /** What is left of the provider's quota. */
  quota(signal?: AbortSignal): Promise<ProviderQuota>;
  /** See `ReadyStreams.open`. */
  ready(principal: Principal, ids: readonly string[]): AsyncIterableIterator<ResultThunk<Photo>>;
  /** The health of the parts that this one depends on. */
  health(): Promise<PhotosHealth>;
  /** The archived picture of this name, for the holder of a signed address; see `ArrivingPictures.find`. */
  archived(name: string, signal: AbortSignal): Promise<ArchivedPicture | null>;
  /** What is kept of an uploaded picture under this name, for the holder of a signed address; null if nothing is. */
  original(name: string): Promise<KeptOriginal | null>;
  /** Passes on a picture that is not archived; see `PassedPictures.passOn`. */
  passOn(name: string, signal: AbortSignal, save: SavePicture): Promise<PassedOn>;
  /** Ends every `ready` stream without its photo, and every wait of an upload. */
  endWaits(): void;
  /**
   * Ends all work, and resolves when none is left. Does not close the store and the archive, which
   * their owner closes.
   */
  close(): Promise<void>;
}

/** The files that `Photos.upload` accepts. */
export interface UploadableFiles {
  /** A file of exactly this size is accepted. */
  readonly maxFileSizeBytes: number;
  /** The types that the first bytes of a file may tell. */
  readonly mediaTypes: readonly string[];
}

export interface PhotoUpload extends UploadRequest {
  /**
   * Resolve once the photo is ready, or after this many seconds with its state at that time; 0 to
   * 60.
   */
  readonly waitSeconds: number;
  /** Ends the wait, not the upload. */
  readonly signal?: AbortSignal | undefined;
}

/** The fleet, as this gateway saw it last. */
export interface FleetState {
  readonly livingNodes: number;
  /** Photos to be polled that no node has taken. */
  readonly photosWaiting: number;
}

export interface PhotosHealth {
  readonly store: 'answering' | 'failing';
  readonly provider: ProviderState;
  /** Null if finished pictures stay at the provider. */
  readonly archive: (ArchiveState & { readonly originals: OriginalsState | null }) | null;
  /** Null for a gateway that works alone. */
  readonly fleet: FleetState | null;
}

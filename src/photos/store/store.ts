import type { Awaitable } from '../../common/awaitable.ts';
import type { KeptOriginal, PhotoStatus } from '../photo.ts';
import type { Outbox } from './outbox/outbox.ts';
import type { AccountSnapshot, AccountState } from './account-state.ts';
import type {
  IdempotencyRecord,
  IdempotencyRecordKey,
  NewIdempotencyRecord,
} from './idempotency-record.ts';
import type {
  ArchivedPicture,
  CompletedUpload,
  PhotoRecord,
  PictureReference,
  UploadReference,
} from './photo-record.ts';

export type {
  AccountSnapshot,
  AccountState,
  ArchivedPicture,
  CompletedUpload,
  IdempotencyRecord,
  IdempotencyRecordKey,
  NewIdempotencyRecord,
  PhotoRecord,
  PictureReference,
  UploadReference,
};

/** One page of a client's photos, newest first. */
export interface PhotosPage {
  readonly entries: readonly {
    readonly photo: PhotoRecord;
    /** Its opaque position in the list, for `after`. */
    readonly cursor: string;
  }[];
  readonly hasNextPage: boolean;
}

export interface PhotosQuery {
  readonly client: string;
  /** Where the list begins. From the oldest photo it is the same list in reverse. @default 'newest' */
  readonly from?: 'newest' | 'oldest';
  readonly first: number;
  /**
   * A cursor of an earlier page; null for the beginning of the list. If it is no cursor, `list` throws
   * `BAD_USER_INPUT`.
   */
  readonly after: string | null;
  /** A cursor at which the list ends, before its photo. @default null: the whole list */
  readonly until?: string | null;
  /** Only photos that have this status now; null for all. */
  readonly status: PhotoStatus | null;
}

/** What was deleted with a client's photo. */
export interface DeletedPhoto {
  /** The revision that nobody wants any more, so that all work on it is useless; null if there is none. */
  readonly endedRevision: number | null;
  /** Pictures in the archive that nobody has any more. They have expired, and must be deleted. */
  readonly pictures: readonly PictureReference[];
}

export interface PurgeLimits {
  /**
   * Idempotency records that began longer ago than this are deleted. So are allowances that were not
   * used since. In milliseconds.
   */
  readonly recordsMs: number;
  /**
   * Photos that did not change for longer than this are deleted, together with their owners' rights,
   * if no picture is archived and they are not watched. In milliseconds.
   */
  readonly photosMs: number;
  /** At most this many rows of each are deleted. */
  readonly maxRows: number;
}

/**
 * The persistent state of the gateway, or of a fleet of gateways. Every change is atomic, and durable when
 * its promise resolves, or when that of a later change does which is needed before an upload is charged.
 * What a process left that died is settled: by the store that opens after it, or by another gateway of the
 * fleet once the lease of the dead one has passed. An idempotency record
 * whose picture was not sent to its end is deleted, so its key is free. One whose picture was sent to
 * its end is `unknown`.
 *
 * Photos are returned as they are now: one that is READY and past its `expiresAt` is EXPIRED.
 *
 * Age is measured by the store's own clock, which counts the time for which gateways have run on it.
 * The machine's clock may be corrected by years at any moment, and that must not void a key.
 */
export interface Store {
  /** What is to be sent of the changes of photos. They add to it themselves, in one transaction. */
  readonly outbox: Outbox;
  /** The provider's view of a photo. */
  photo(id: string): Promise<PhotoRecord | null>;
  /**
   * A client's own view of a photo; the provider's view if nobody uploaded it through this gateway.
   * `foreign` if other clients uploaded it, and this client did not.
   */
  photoOf(client: string, id: string): Awaitable<PhotoRecord | 'foreign' | null>;
  /** A client's own view of the photos that it uploaded. Its last upload of each counts. */
  list(query: PhotosQuery): Promise<PhotosPage>;
  /** The photos that are watched, oldest upload first. */
  watched(): Promise<readonly PhotoRecord[]>;
  /** Uploaded photos that are READY, not archived, and not expired, in the order of their expiry. */
  unarchived(): Promise<readonly PhotoRecord[]>;
  /**
   * Uploaded photos that were not archived while they were READY, and that have expired by the clock
   * alone: nothing has confirmed that the picture is gone. At most `maxRows` that expired after
   * `since`, the last one first.
   */
  overdue(since: Date, maxRows: number): Promise<readonly PhotoRecord[]>;
  /** The picture with this name in the archive. */
  picture(name: string): Promise<ArchivedPicture | null>;
  /** Archived pictures whose time is over, at most `maxRows`. They must be deleted. */
  expired(maxRows: number): Promise<readonly PictureReference[]>;
  /** What is kept of the picture as it was uploaded with this revision. */
  original(id: string, revision: number): Promise<KeptOriginal | null>;
  /**
   * Uploads whose originals are not needed any more, at most `maxRows`: their photo has expired or is forgotten,
   * their client has uploaded it again, or nothing was ever kept. What the archive has must be deleted.
   * @param photoId only of this photo. @default of any
   */
  expiredOriginals(maxRows: number, photoId?: string): Promise<readonly UploadReference[]>;

  /**
   * Reserves room for the outcome of an upload, in case writes have to wait. Call it before the upload
   * is sent. Dispose of the result once the outcome is stored.
   * @throws `UPLOAD_FAILED` with `charged: false` if there is no room.
   */
  reserveRoom(): Promise<Disposable>;
  /**
   * Stores a successful upload, and that the idempotency record of `recordKey` succeeded with it:
   * both or neither. The photo starts again: PROCESSING, watched, not archived, with a new revision.
   * It also starts again for earlier uploaders that had no picture of it yet. Pictures that are
   * archived stay in the archive. A record that was purged meanwhile stays deleted, and the photo is
   * stored all the same.
   *
   * It also closes the upload with the id `opened`. If that is closed already, because its gateway was
   * taken for dead, it does not count as completed: its charge may be in a snapshot that was taken since.
   */
  complete(
    client: string,
    upload: CompletedUpload,
    recordKey: IdempotencyRecordKey | null,
    opened?: string,
  ): Promise<PhotoRecord>;
  /**
   * How many uploads have ever succeeded whose picture was complete before the answer came. Each of
   * them was charged by then. It is unknown when an upload is charged that was answered before its
   * end, so those do not count.
   */
  completedUploads(): Promise<number>;
  /** Opens an upload, and returns its id. Call it before the first byte goes out: it may be charged by then. */
  openUpload(): Promise<string>;
  /** Closes an upload that has failed. */
  closeUpload(opened: string): Promise<void>;
  account(): Promise<AccountState>;
  /**
   * Takes a snapshot of the account, with the quota that was read after `account` had counted
   * `startedUploads`. But not if an upload is open, or was opened since.
   * @returns the last snapshot.
   */
  takeSnapshot(remaining: number, startedUploads: number): Promise<AccountSnapshot | null>;
  /**
   * Marks the photo as READY, and ends its watch. Only the first call counts: a photo that is READY or
   * EXPIRED stays as it is, and so does one of another revision. An unknown `id` is stored with
   * revision 0 and without an owner.
   * @returns the provider's view of the photo after the change.
   */
  markReady(id: string, revision: number, readyAt: Date, expiresAt: Date): Promise<PhotoRecord>;
  /**
   * Marks the picture as archived, until `expiresAt` or forever. A picture of an earlier revision that
   * no client has any more expires once every address given out for it has expired.
   * @returns false if the photo has a later revision by now.
   */
  markArchived(
    id: string,
    revision: number,
    picture: ArchivedPicture,
    expiresAt: Date | null,
  ): Promise<boolean>;
  /**
   * Marks the picture of this revision as gone: EXPIRED, not archived, not watched. A picture that is
   * kept in the archive for longer stays as it is. A client that has an earlier picture of the photo
   * in the archive gets that one again.
   * @returns the provider's view of the photo after the change.
   */
  markExpired(id: string, revision: number): Promise<PhotoRecord | null>;

  /**
   * Deletes what a client has of a photo. If nobody else has the photo's revision, the photo gets a new one that
   * is EXPIRED, and of which nothing is known: it is foreign to every client, and nothing that still
   * happens to the ended revision changes it. An idempotency record that has the photo stays.
   * @returns null if the client has not uploaded the photo.
   */
  deletePhoto(client: string, id: string): Promise<DeletedPhoto | null>;

  /**
   * Notes that the originals of these uploads are in the archive. They were announced with `complete`.
   * @returns those of them that are still needed. What is kept of the others must be deleted.
   */
  markOriginalsKept(uploads: readonly UploadReference[]): Promise<readonly UploadReference[]>;
  /** Forgets an original that `expiredOriginals` named, once it is deleted. */
  forgetOriginal(id: string, revision: number): Promise<void>;

  /** The idempotency record of the key; null if the key is free. */
  findIdempotencyRecord(recordKey: IdempotencyRecordKey): Promise<IdempotencyRecord | null>;
  /** Begins a record and returns null, if the key is free; else returns the record that has it. */
  beginIdempotencyRecord(
    recordKey: IdempotencyRecordKey,
    begun: NewIdempotencyRecord,
  ): Promise<IdempotencyRecord | null>;
  /**
   * Marks the picture as sent. Call it before the end of the picture goes out: from then on, an upload
   * whose answer is lost may have been charged.
   * @throws if the record is not running, because then nothing would tell of the charge; a
   * `RecordLostError` if another gateway has settled it meanwhile.
   */
  markIdempotencyRecordSent(
    recordKey: IdempotencyRecordKey,
    snapshot: AccountSnapshot | null,
  ): Promise<void>;
  /**
   * Marks the record of this gateway's own upload as ended without knowing whether it was charged. One
   * that is not running stays as it is.
   */
  markIdempotencyRecordUnknown(recordKey: IdempotencyRecordKey): Promise<void>;
  /**
   * Deletes the record of this gateway's own upload, which failed without a charge, so its key is free. A
   * record that succeeded stays.
   */
  releaseIdempotencyRecord(recordKey: IdempotencyRecordKey): Promise<void>;
  /**
   * Deletes the record of an unknown upload that was found not to be charged, so its key is free.
   * @returns false if that is done already. The key may then have a record again.
   */
  ruleOutIdempotencyRecord(recordKey: IdempotencyRecordKey, attempt: string): Promise<boolean>;

  /** The processing time samples by class, as `saveSamples` got them. The reader must parse them. */
  loadSamples(): Promise<ReadonlyMap<string, unknown>>;
  /** Replaces the samples of a class. `times` must be a value that JSON can hold. */
  saveSamples(sampleClass: string, times: unknown): Promise<void>;

  /** The key for signing addresses: 32 random bytes, created at the first call, then always the same. */
  signingKey(): Promise<Uint8Array>;
  /**
   * Uses one of the uploads that a client may make in a period, such as `2026-01-31`.
   * @returns false if `limit` uploads are used already.
   */
  takeUpload(client: string, period: string, limit: number): Promise<boolean>;
  /** Gives back one used upload. */
  returnUpload(client: string, period: string): Promise<void>;
  /** How many uploads of the period are used. */
  takenUploads(client: string, period: string): Promise<number>;
  /** Deletes old rows, in one step. @returns how many were deleted. */
  purge(limits: PurgeLimits): Promise<number>;
  /** Closes the store; a second call does nothing. Every other call after it rejects. */
  close(): Promise<void>;
}

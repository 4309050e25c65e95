import type { Photo, PhotoStatus } from '../photo.ts';

/** Which of the pictures in the archive. */
export interface PictureReference {
  /** Of its photo. */
  readonly id: string;
  readonly revision: number;
  /** What the archive knows it by, and no other picture; see `pictureName`. */
  readonly name: string;
}

/** What the archive holds of one revision of a photo. */
export interface ArchivedPicture extends Pick<PictureReference, 'name'> {
  /** Such as `image/jpeg`, as its first bytes say. */
  readonly mediaType: string;
  readonly sizeBytes: number;
  /** SHA-256 of the picture, in hexadecimal. */
  readonly sha256: string;
  readonly archivedAt: Date;
}

/**
 * A photo with what only the gateway itself asks for. The provider may give the same id to several uploads
 * of the same bytes, and has one picture for all of them: that of the latest. So there are two views of one id.
 * - The provider's: the latest upload, whoever made it. That is what is polled and archived.
 * - A client's own: what it asked for itself, with the picture of its own latest upload. Where that was archived,
 *   no later upload of another changes it. Until then the client is given the picture that the provider has, as
 *   it is the only one. What has expired stays so.
 */
export interface PhotoRecord extends Photo {
  /**
   * Counts the uploads that the provider gave this id, from 1; 0 where the photo came to be known
   * otherwise. A client's own view names the upload whose picture it is to have. Whoever works on a photo names the revision that it began with: where the photo was
   * uploaded anew meanwhile, its result is of no use and changes nothing.
   */
  readonly revision: number;
  /** Of the picture as it was uploaded; null where that is not known. */
  readonly sizeBytes: number | null;
  /** Whether it is still to be polled to its end, subscribers or not. */
  readonly watched: boolean;
  readonly archived: ArchivedPicture | null;
}

/** An upload that went well, to be remembered. */
export interface CompletedUpload extends Required<
  Pick<Photo, 'id' | 'repairType' | 'background' | 'originalUrl'>
> {
  readonly uploadedAt: Date;
  /** Null where the provider took the picture before it had come whole; so is its hash. */
  readonly sizeBytes: number | null;
  /** SHA-256 of the file, in hexadecimal. */
  readonly contentHash: string | null;
}

/** One client's key for one upload. */
export interface IdempotencyRecordKey {
  readonly client: string;
  readonly key: string;
}

/** What was in the account, as the provider said it, before a picture was sent whole. */
export interface AccountSnapshot {
  readonly remaining: number;
  /** Uploads that count as charged by then; see `Store.completedUploads`. */
  readonly completedUploads: number;
}

export interface NewIdempotencyRecord {
  /** Tells the arguments apart. */
  readonly fingerprint: string;
  /** The period whose allowance it will take; null where it takes none. */
  readonly period: string | null;
}

interface IdempotencyRecordBase {
  /** Tells the arguments apart. */
  readonly fingerprint: string;
}

/** How far the upload under an idempotency key has come. A failed one leaves no trace: its key is free. */
export type IdempotencyRecord = IdempotencyRecordBase &
  (
    | { /** Under way. */ readonly state: 'running' }
    | {
        /** The picture went out whole and no answer came: it may have been charged. */
        readonly state: 'unknown';
        /** Null where it was not known. */
        readonly snapshot: AccountSnapshot | null;
        /** How long ago the upload ended, by `Store`'s own clock, in milliseconds. */
        readonly endedAgoMs: number;
        /** The period whose allowance it took; null where it took none. */
        readonly period: string | null;
      }
    | { readonly state: 'succeeded'; readonly photoId: string; readonly contentHash: string | null }
  );

/** A part of a client's photos, newest first. */
export interface PhotosPage {
  readonly entries: readonly {
    readonly photo: PhotoRecord;
    /** Where it stands in the list, opaque: `after` takes it. */
    readonly cursor: string;
  }[];
  readonly hasNextPage: boolean;
}

export interface PhotosQuery {
  readonly client: string;
  readonly first: number;
  /** A cursor of an earlier page; null for the newest. @throws `BAD_USER_INPUT` from `list` where it is none. */
  readonly after: string | null;
  /** Only photos that are this now. */
  readonly status: PhotoStatus | null;
}

export interface PurgeLimits {
  /** Attempts that were begun longer ago than this go. So do allowances of which nothing was taken since. */
  readonly recordsMs: number;
  /** Photos of which no picture is kept and that are not watched go, with their owners' rights, unless they changed since. */
  readonly photosMs: number;
  /** At most so many rows of each. */
  readonly maxRows: number;
}

/**
 * What the gateway remembers, through restarts. Every change is whole and durable when its promise
 * resolves, and a store that opens after its process died settles what that one left: an attempt whose
 * picture had not gone out whole is gone, so that its key is free; one whose picture had is `unknown`.
 *
 * Photos are given as they are at the moment: one that is READY and past its `expiresAt` is EXPIRED.
 *
 * What is old is judged by a clock of the store's own, which counts the time for which gateways have run on it.
 * The machine's clock may be set right by years at any moment, and must not void a key with that.
 */
export interface Store {
  /** The provider's view of a photo. */
  photo(id: string): Promise<PhotoRecord | null>;
  /**
   * A client's own view; the provider's where nobody uploaded the photo through here. `foreign` where others did,
   * and not this client.
   */
  photoOf(client: string, id: string): Promise<PhotoRecord | 'foreign' | null>;
  /** A client's own view of the photos that it uploaded, by its own last upload of each, newest first. */
  list(query: PhotosQuery): Promise<PhotosPage>;
  /** The photos that are watched, oldest upload first. */
  watched(): Promise<readonly PhotoRecord[]>;
  /** Uploaded photos that are READY, not archived, and not expired; the one that expires first comes first. */
  unarchived(): Promise<readonly PhotoRecord[]>;
  /**
   * Uploaded photos that nobody archived while they were READY, and of which nobody has said that their picture is
   * gone: only the clock says so. Those that expired after `since`, the last one first, at most `maxRows`.
   */
  overdue(since: Date, maxRows: number): Promise<readonly PhotoRecord[]>;
  /** The picture that the archive has under this name. */
  picture(name: string): Promise<ArchivedPicture | null>;
  /** Pictures in the archive whose time is over, at most `maxRows`: they are to be deleted. */
  expired(maxRows: number): Promise<readonly PictureReference[]>;

  /**
   * To be called before an upload is sent, and disposed of once what it led to is noted: keeps room for that, where
   * writes have to wait. @throws `UPLOAD_FAILED` with `charged: false` where there is none.
   */
  keepRoom(): Promise<Disposable>;
  /**
   * Remembers an upload that went well, and that `attempt` succeeded with it, both or neither. The photo
   * starts anew: PROCESSING, watched, not archived, with a new revision; and so it does for earlier uploaders
   * that had no picture of it yet. What is archived of it stays there.
   * An attempt that was purged meanwhile stays gone, and the photo is remembered all the same.
   */
  complete(
    client: string,
    upload: CompletedUpload,
    recordKey: IdempotencyRecordKey | null,
  ): Promise<PhotoRecord>;
  /**
   * How many uploads have succeeded, ever, of those that came whole before they were answered: each of them was
   * charged by then. When one that was answered before its end is charged, nobody knows, so it does not count.
   */
  completedUploads(): Promise<number>;
  /**
   * The photo is ready. Counts once: what is READY or EXPIRED stays as it is, and so does a photo of
   * another revision. `id` may be unknown; then it is remembered with revision 0 and no owner. Ends the watch.
   * @returns the provider's view of the photo then.
   */
  markReady(id: string, revision: number, readyAt: Date, expiresAt: Date): Promise<PhotoRecord>;
  /**
   * The picture is in the archive, until `expiresAt` or for good. A picture of an earlier revision that no client
   * has any more lapses once every address that was given for it has. @returns false where the revision has passed.
   */
  markArchived(
    id: string,
    revision: number,
    picture: ArchivedPicture,
    expiresAt: Date | null,
  ): Promise<boolean>;
  /**
   * The picture of this revision is gone: EXPIRED, not archived, not watched. One that is kept in the archive for
   * longer stays as it is. A client that has an earlier picture of the photo in the archive has that one again.
   * @returns the provider's view of the photo then.
   */
  markExpired(id: string, revision: number): Promise<PhotoRecord | null>;
  /** Watches the photo no more, as it is. */
  endWatch(id: string, revision: number): Promise<void>;

  /** The attempt that has the key; null where it is free. */
  recordKey(recordKey: IdempotencyRecordKey): Promise<IdempotencyRecord | null>;
  /** Begins an attempt where the key is free, and gives null; else gives the attempt that has it. */
  beginIdempotencyRecord(
    recordKey: IdempotencyRecordKey,
    begun: NewIdempotencyRecord,
  ): Promise<IdempotencyRecord | null>;
  /**
   * To be called before the end of the picture goes out: from here on a lost answer may have been charged.
   * @throws where the attempt is not under way, so that nothing would tell of the charge.
   */
  markSent(recordKey: IdempotencyRecordKey, snapshot: AccountSnapshot | null): Promise<void>;
  /** The attempt has ended and nobody knows whether it was charged. One that is not under way stays as it is. */
  markUnknown(recordKey: IdempotencyRecordKey): Promise<void>;
  /** The attempt failed, or was found not to be charged: its key is free. One that succeeded stays. */
  releaseIdempotencyRecord(recordKey: IdempotencyRecordKey): Promise<void>;

  /** What was learned of processing times, by class, as `saveTimes` was given it; to be parsed by the caller. */
  loadSamples(): Promise<ReadonlyMap<string, unknown>>;
  /** Remembers `times`, which JSON can hold, in place of what was known of the class. */
  saveSamples(sampleClass: string, times: unknown): Promise<void>;

  /** A key for signing addresses: 32 bytes made at random the first time, the same ever after. */
  signingKey(): Promise<Uint8Array>;
  /**
   * Takes one of the uploads that a client may make in a period, such as `2026-01-31`.
   * @returns false where `limit` are taken.
   */
  takeUpload(client: string, period: string, limit: number): Promise<boolean>;
  /** Gives back one that was taken. */
  returnUpload(client: string, period: string): Promise<void>;
  /** How many are taken. */
  takenUploads(client: string, period: string): Promise<number>;
  /** Deletes what is old, in one step. @returns how many rows went. */
  purge(limits: PurgeLimits): Promise<number>;
  /** Ends it; a second time does nothing. Every other call after it rejects. */
  close(): Promise<void>;
}

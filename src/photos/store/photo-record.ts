import type { KeptOriginal, Photo } from '../photo.ts';

/** One upload that got this id from the provider. */
export interface UploadReference {
  /** The id of its photo. */
  readonly id: string;
  readonly revision: number;
}

/** Reference to one picture in the archive. */
export interface PictureReference {
  /** The id of its photo. */
  readonly id: string;
  readonly revision: number;
  /** The picture's unique name in the archive; see `pictureName`. */
  readonly name: string;
}

/** The archived picture of one revision of a photo. */
export interface ArchivedPicture extends Pick<PictureReference, 'name'> {
  /** The type by its first bytes, such as `image/jpeg`. */
  readonly mediaType: string;
  readonly sizeBytes: number;
  /** SHA-256 of the picture, in hexadecimal. */
  readonly sha256: string;
  readonly archivedAt: Date;
}

/**
 * A photo with the fields that only the gateway itself needs. The provider may give the same id to
 * several uploads of the same bytes. It has one picture for all of them: that of the latest. So there
 * are two views of one id.
 * - The provider's view: the latest upload, whichever client made it. This one is polled and archived.
 * - A client's own view: what the client asked for itself, with the picture of its own latest upload. Only this
 *   one has a name; `complete` returns it too.
 *   Once that is archived, no later upload of another client changes it. Until then the client gets
 *   the picture that the provider has, because it is the only one. What has expired stays expired.
 */
export interface PhotoRecord extends Photo {
  /**
   * Counts the uploads that got this id from the provider, from 1; 0 if the photo is known in another
   * way. A client's own view has the revision of the upload whose picture it shows. Work on a photo
   * names the revision that it began with: if the photo was uploaded again meanwhile, the result is
   * useless and changes nothing.
   */
  readonly revision: number;
  /** The size of the picture as it was uploaded; null if unknown. */
  readonly sizeBytes: number | null;
  /** Whether it must still be polled until it is done, with or without subscribers. */
  readonly watched: boolean;
  readonly archived: ArchivedPicture | null;
}

/** A successful upload, to be stored. */
export interface CompletedUpload extends Required<
  Pick<Photo, 'id' | 'repairType' | 'background' | 'name' | 'originalUrl'>
> {
  readonly uploadedAt: Date;
  /** Null if the provider accepted the picture before its end arrived. Then `contentHash` is null too. */
  readonly sizeBytes: number | null;
  /** SHA-256 of the file, in hexadecimal; null for an upload without a key, which is not hashed. */
  readonly contentHash: string | null;
  /** A copy of the picture that is about to be kept; see `markOriginalsKept`. @default none */
  readonly originalFile?: Omit<KeptOriginal, 'name'> | null;
}

import { GatewayError } from '../common/errors.ts';
import type { RepairType } from '../provider/repair-type.ts';

/**
 * How long the provider keeps a restored picture, in milliseconds ("Terms of use" of its document).
 */
export const PICTURE_LIFETIME_MS = 3_600_000;

/** How long an address of the archive works at least, in milliseconds. */
export const ADDRESS_LIFETIME_MS = 3_600_000;
/** Requests within this time get the same address, so that caches recognise it; in milliseconds. */
export const ADDRESS_STEP_MS = 900_000;

export type PhotoStatus = 'PROCESSING' | 'READY' | 'EXPIRED';

/** One picture at the provider, as the gateway knows it. */
export interface Photo {
  readonly id: string;
  readonly status: PhotoStatus;
  /**
   * Null if the photo was not uploaded through this gateway. The other fields that the upload sets
   * are null then too.
   */
  readonly repairType: RepairType | null;
  /** Colour as `#rrggbb`; null except for `REPLACE_BACKGROUND`. */
  readonly background: string | null;
  /** What its client calls it, as `photoNameOf` gives it. Never a path. */
  readonly name: string | null;
  readonly originalUrl: string | null;
  readonly uploadedAt: Date | null;
  /** When the gateway first saw it ready. The provider does not report the exact time. */
  readonly readyAt: Date | null;
  /**
   * When the restored picture is deleted. Null while that is unknown, and once it is archived for
   * ever.
   */
  readonly expiresAt: Date | null;
  /** The picture as its client uploaded it, in the archive. Null if it is not there, or not yet. */
  readonly original: KeptOriginal | null;
}

/** A picture in the archive as it was uploaded. */
export interface KeptOriginal {
  /** Its unique name in the archive. What it names never changes. */
  readonly name: string;
  /** The type by its first bytes, such as `image/jpeg`. */
  readonly mediaType: string;
  readonly sizeBytes: number;
}

/** Where a restored picture can be fetched, and until when. */
export interface DownloadUrl {
  readonly url: string;
  readonly expiresAt: Date | null;
}

/**
 * Rejects an id that the provider can never have issued, before it costs a call.
 * @throws `BAD_USER_INPUT` for anything but 1-128 of `A-Za-z0-9_-` (docs/contract.md, "Finer points").
 */
export function parsePhotoId(text: string): string {
  if (/^[\w-]{1,128}$/.test(text)) return text;
  throw new GatewayError(
    'BAD_USER_INPUT',
    'The photo id is malformed: it is 1 to 128 letters, digits, "-" or "_", as uploadPhoto returned it.',
  );
}

/** A photo of which nothing is known except its id, and that the provider is processing it. */
export function unknownPhoto(id: string): Photo {
  return {
    id,
    status: 'PROCESSING',
    repairType: null,
    background: null,
    name: null,
    originalUrl: null,
    uploadedAt: null,
    readyAt: null,
    expiresAt: null,
    original: null,
  };
}

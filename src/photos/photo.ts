import { GatewayError } from '../common/errors.ts';
import type { RepairType } from '../provider/repair-type.ts';

/** How long the provider keeps a restored picture ("Terms of use" of its document), in milliseconds. */
export const PICTURE_LIFETIME_MS = 3_600_000;

/** How long an address of the archive works, in milliseconds, at least. */
export const ADDRESS_LIFETIME_MS = 3_600_000;
/** Addresses that are asked for within this time are the same, so that caches know them again. */
export const ADDRESS_STEP_MS = 900_000;

export type PhotoStatus = 'PROCESSING' | 'READY' | 'EXPIRED';

/** One picture at the provider, as far as the gateway knows it. */
export interface Photo {
  readonly id: string;
  readonly status: PhotoStatus;
  /** Null where the photo was not uploaded through this gateway; so is all that follows from the upload. */
  readonly repairType: RepairType | null;
  /** Colour as `#rrggbb`; null but for `REPLACE_BACKGROUND`. */
  readonly background: string | null;
  readonly originalUrl: string | null;
  readonly uploadedAt: Date | null;
  /** When the gateway first saw it ready; the provider does not tell when it was. */
  readonly readyAt: Date | null;
  /** When the restored picture is deleted; null while that is not known, and once it is kept for good. */
  readonly expiresAt: Date | null;
}

/** Where a restored picture can be fetched, and until when. */
export interface DownloadUrl {
  readonly url: string;
  readonly expiresAt: Date | null;
}

/**
 * Refuses an id that the provider can never have given, before it costs a call.
 * @throws `BAD_USER_INPUT` for anything but 1-128 of `A-Za-z0-9_-` (docs/contract.md, "Finer points").
 */
export function parsePhotoId(text: string): string {
  if (/^[\w-]{1,128}$/.test(text)) return text;
  throw new GatewayError(
    'BAD_USER_INPUT',
    'The photo id is malformed: it is 1 to 128 letters, digits, "-" or "_", as uploadPhoto returned it.',
  );
}

/** A photo of which nothing is known but its id and that the provider works on it. */
export function unknownPhoto(id: string): Photo {
  return {
    id,
    status: 'PROCESSING',
    repairType: null,
    background: null,
    originalUrl: null,
    uploadedAt: null,
    readyAt: null,
    expiresAt: null,
  };
}

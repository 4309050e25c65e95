import type { Conversion } from '../files/conversion.ts';
import type { Refusal } from '../files/judge-file.ts';
import type { Failure } from '../gateway/failure.ts';
import type { Repair } from '../gateway/repair.ts';

export type { RepairType } from '../../../schema/typed/graphql.ts';
export type { Repair };

/** The cost of an upload that was cancelled. */
export type CancelledCost = 'nothingCharged' | 'maybeCharged';

/** The progress of a photo on this page. */
export type Phase =
  /** Picked, and being checked and converted. */
  | { readonly name: 'checking' }
  /** Picked and not sent, or cancelled: then `cancelled` says what that may have cost. */
  | { readonly name: 'chosen'; readonly cancelled?: CancelledCost }
  /** It cannot be sent. */
  | { readonly name: 'refused'; readonly refusal: Refusal }
  /** Waits for the uploads before it. */
  | { readonly name: 'queued' }
  | { readonly name: 'uploading'; readonly sentBytes: number; readonly totalBytes: number }
  /** The connection broke during the upload. It is sent again automatically, under the same key. */
  | { readonly name: 'interrupted' }
  | { readonly name: 'processing' }
  | { readonly name: 'ready' }
  /** It was ready, and its picture has been deleted. */
  | { readonly name: 'expired' }
  | { readonly name: 'failed'; readonly failure: Failure };

/** The place of a photo in the gallery: the latest first, and those sent together in their order. */
export interface Place {
  /** When it was sent, by this browser's clock, in milliseconds since 1970. */
  readonly at: number;
  /** Its position among those that were sent together. */
  readonly index: number;
}

/** One photo on the page: picked here, or remembered by the gateway from before. */
export interface StudioPhoto {
  /** Identifies it on this page. */
  readonly key: string;
  /** The gateway's id, after the upload. */
  readonly id: string | null;
  /** The name of its file; null if it was not picked in this browser. */
  readonly name: string | null;
  readonly sizeBytes: number | null;
  /** How its file was changed so that it can be sent; null if it was not. */
  readonly conversion: Conversion | null;
  /** The key of a photo that was made of the same file; null if none is known. */
  readonly sameAs: string | null;
  /** The address of the original picture; null if the page cannot show it. */
  readonly beforeUrl: string | null;
  /** The address of the restored picture; null until it is ready. */
  readonly afterUrl: string | null;
  /** When `afterUrl` expires, in milliseconds since 1970; null if it does not. */
  readonly afterUrlEndsAt: number | null;
  /**
   * When the restored picture itself is deleted, in milliseconds since 1970; null if it is kept.
   */
  readonly deletedAt: number | null;
  /** Null if no repair was chosen yet, or none is known. */
  readonly repair: Repair | null;
  readonly phase: Phase;
  readonly place: Place;
  /**
   * The time of its upload by this browser's clock, in milliseconds since 1970; null before that.
   */
  readonly uploadedAt: number | null;
  /**
   * When it will likely be ready, by this browser's clock, in milliseconds since 1970; null if
   * unknown.
   */
  readonly expectedReadyAt: number | null;
}

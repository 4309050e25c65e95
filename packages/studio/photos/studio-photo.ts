import type { Failure } from '../gateway/failure.ts';
import type { Repair } from '../gateway/repair.ts';

export type { RepairType } from '../../../schema/typed/graphql.ts';
export type { Repair };

/** What an upload that was cancelled has cost. */
export type CancelledCost = 'nothingCharged' | 'maybeCharged';

/** How far a photo has come on this page. */
export type Phase =
  /** Picked, and not sent yet, or not to its end: then it says what that may have cost. */
  | { readonly name: 'chosen'; readonly cancelled?: CancelledCost }
  /** Picked, but no picture: it cannot be sent. */
  | { readonly name: 'refused' }
  /** Waits for the uploads before it. */
  | { readonly name: 'queued' }
  | { readonly name: 'uploading'; readonly sentBytes: number; readonly totalBytes: number }
  /** The connection broke while it was sent; it is sent again by itself, under the same key. */
  | { readonly name: 'interrupted' }
  | { readonly name: 'processing' }
  | { readonly name: 'ready' }
  /** It was ready, and its picture has been deleted. */
  | { readonly name: 'expired' }
  | { readonly name: 'failed'; readonly failure: Failure };

/** One photo on the page: picked here, or remembered by the gateway from before. */
export interface StudioPhoto {
  /** Names it on this page. */
  readonly key: string;
  /** The gateway's id, once it was uploaded. */
  readonly id: string | null;
  /** The name of its file; null where it was not picked in this browser. */
  readonly name: string | null;
  readonly sizeBytes: number | null;
  /** Where the page can show the picture as it was sent; null where it cannot. */
  readonly beforeUrl: string | null;
  /** Where the restored picture is; null until it is ready. */
  readonly afterUrl: string | null;
  /** When `afterUrl` stops working, in milliseconds since 1970; null where it does not. */
  readonly afterUrlEndsAt: number | null;
  /** When the restored picture itself is deleted, in milliseconds since 1970; null where it is kept. */
  readonly deletedAt: number | null;
  /** Null where nothing was chosen for it yet, or nothing is known of it. */
  readonly repair: Repair | null;
  readonly phase: Phase;
  /** When it was uploaded, in milliseconds since 1970 by this browser's clock; null while it was not. */
  readonly uploadedAt: number | null;
  /** When it will likely be ready, by this browser's clock; null where nobody can tell. */
  readonly expectedReadyAt: number | null;
}

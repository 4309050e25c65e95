import type { AccountSnapshot } from './account-state.ts';

/** A client's idempotency key for one upload. */
export interface IdempotencyRecordKey {
  readonly client: string;
  readonly key: string;
}

export interface NewIdempotencyRecord {
  /** Identifies the arguments. */
  readonly fingerprint: string;
  /** The period whose allowance the upload will use; null if it uses none. */
  readonly period: string | null;
}

interface IdempotencyRecordBase {
  /** Identifies the arguments. */
  readonly fingerprint: string;
}

/**
 * The state of the upload with an idempotency key. A failed upload leaves no record, so its key is
 * free.
 */
export type IdempotencyRecord = IdempotencyRecordBase &
  (
    | {
        /** The upload is running. */
        readonly state: 'running';
        /** Whether another gateway of the fleet runs it. */
        readonly elsewhere: boolean;
      }
    | {
        /** The complete picture was sent and no answer came: it may have been charged. */
        readonly state: 'unknown';
        /** Tells it from others that have had the key. */
        readonly attempt: string;
        /** Null if the account was not known. */
        readonly snapshot: AccountSnapshot | null;
        /**
         * How long ago the upload ended, by the store's own clock, in milliseconds. Negative while it may
         * go on, on a gateway that cannot be asked.
         */
        readonly endedAgoMs: number;
        /** The period whose allowance it used; null if it used none. */
        readonly period: string | null;
      }
    | { readonly state: 'succeeded'; readonly photoId: string; readonly contentHash: string | null }
  );

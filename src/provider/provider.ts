import type { RepairType } from './repair-type.ts';

/** What an upload sends. The bytes are read once, as the provider takes them, and never kept. */
export interface ProviderUpload {
  readonly repairType: RepairType;
  /** Background colour as `#rrggbb`; present exactly when `repairType` is `REPLACE_BACKGROUND`. */
  readonly background: string | null;
  readonly fileName: string;
  readonly mediaType: string;
  readonly bytes: AsyncIterable<Uint8Array>;
}

export interface UploadedPhoto {
  readonly id: string;
  /** Where the provider keeps the picture as it was uploaded; null where it gave no web address. */
  readonly originalUrl: string | null;
}

export interface ProviderQuota {
  readonly accountCode: string;
  /** Uploads left. */
  readonly remaining: number;
}

/**
 * Whether it answers, as far as the last calls tell. `silent`: it did not, and calls are refused for a while.
 * `probing`: that while is over, and one call finds out.
 */
export type ProviderState = 'answering' | 'probing' | 'silent';

/** What can be asked of photos, which costs nothing. */
export interface PhotoCalls {
  /** Whether the restoration is done. @throws `PHOTO_NOT_FOUND` where the provider knows no such photo. */
  status(id: string, signal?: AbortSignal): Promise<'PROCESSING' | 'READY'>;
  /** Where the restored picture is. @throws `PHOTO_NOT_FOUND` where there is none, whatever the reason. */
  resultUrl(id: string, signal?: AbortSignal): Promise<string>;
}

/**
 * The photo-restoration service, in our own words. Every method throws a `GatewayError` with a code
 * of the contract; none throws anything else, save the reason of an aborted `signal`.
 *
 * `UPSTREAM_UNAVAILABLE`, `UPSTREAM_TIMEOUT`, `UPSTREAM_INVALID_RESPONSE`, `UPSTREAM_ERROR` and
 * `UPSTREAM_AUTH_FAILED` may come from any of them. While the provider does not answer at all, every
 * call is refused with `UPSTREAM_UNAVAILABLE` at once. Where too many calls wait for their turn, further ones
 * get `RATE_LIMITED` with `retryAfterMs`; uploads do not, which never wait for others. All but `upload` are repeated where no answer
 * came, and share one request with identical calls in flight, whose callers may leave one by one.
 */
export interface Provider extends PhotoCalls {
  readonly state: ProviderState;
  /**
   * Streams one picture up and resolves with its id. Sent once, never repeated: a repeat could be charged.
   * An error thrown by `bytes` aborts the call and is rethrown as it is. An upload that ends early, also
   * by an answer before the last byte, calls `return()` of `bytes` without waiting for it; one that is
   * refused has read nothing of it. A failure says in
   * `charged` what it cost, where its answer tells; `null` for whatever breaks an answer off that began with a 2xx.
   */
  upload(upload: ProviderUpload, signal?: AbortSignal): Promise<UploadedPhoto>;
  /**
   * The same for what clients ask, and for ids that they made up: apart from the calls above, which no client may
   * hold up. Those who ask share the room and take turns, each under its `rateLimitKey`.
   */
  forClient(rateLimitKey: string): PhotoCalls;
  /**
   * Uploads left; may be a second old, but never older than the last upload through here.
   * @throws `ACCOUNT_NOT_FOUND`
   */
  quota(signal?: AbortSignal): Promise<ProviderQuota>;
  /** The same, asked for now. @throws `ACCOUNT_NOT_FOUND` */
  quotaNow(signal: AbortSignal): Promise<ProviderQuota>;
  /** Ends every connection. Calls under way, and any later one, fail with `UPSTREAM_UNAVAILABLE`. */
  close(): Promise<void>;
}

import type { RepairType } from './repair-type.ts';

/** An upload to send. The bytes are read once, as fast as the provider takes them, and never kept. */
export interface ProviderUpload {
  readonly repairType: RepairType;
  /** Colour as `#rrggbb`; present if and only if `repairType` is `REPLACE_BACKGROUND`. */
  readonly background: string | null;
  readonly fileName: string;
  readonly mediaType: string;
  readonly bytes: AsyncIterable<Uint8Array>;
}

export interface UploadedPhoto {
  readonly id: string;
  /** The address of the picture as it was uploaded; null if the provider gave no web address. */
  readonly originalUrl: string | null;
}

export interface ProviderQuota {
  readonly accountCode: string;
  /** Uploads left. */
  readonly remaining: number;
}

/**
 * Whether the provider answers, judged by the last calls. `silent`: it did not, and calls are rejected
 * for a while. `probing`: that time is over, and a probe finds out.
 */
export type ProviderState = 'answering' | 'probing' | 'silent';

/** Calls about one photo. They cost nothing. */
export interface PhotoCalls {
  /** Whether the restoration is done. @throws `PHOTO_NOT_FOUND` if the provider knows no such photo. */
  status(id: string, signal?: AbortSignal): Promise<'PROCESSING' | 'READY'>;
  /** The address of the restored picture. @throws `PHOTO_NOT_FOUND` if there is none, for any reason. */
  resultUrl(id: string, signal?: AbortSignal): Promise<string>;
}

/**
 * The photo-restoration service, in our own terms. Every method throws a `GatewayError` with a code of
 * the contract, and nothing else but the reason of an aborted `signal`.
 *
 * Any method may throw `UPSTREAM_UNAVAILABLE`, `UPSTREAM_TIMEOUT`, `UPSTREAM_INVALID_RESPONSE`,
 * `UPSTREAM_ERROR` and `UPSTREAM_AUTH_FAILED`. While the provider does not answer at all, every call is
 * rejected with `UPSTREAM_UNAVAILABLE` at once. If too many calls wait for their turn, further ones get
 * `RATE_LIMITED` with `retryAfterMs`. Uploads do not, because they never wait for other calls. All
 * methods but `upload` are retried if no answer came, and share one request with identical calls in
 * flight. Each of those calls can be aborted on its own.
 */
export interface Provider extends PhotoCalls {
  readonly state: ProviderState;
  /**
   * Streams one picture to the provider and resolves with its id. It is sent once and never repeated,
   * because a repeat could be charged. An error thrown by `bytes` aborts the call and is rethrown
   * unchanged. An upload that ends early, also by an answer before the last byte, calls `return()` of
   * `bytes` without waiting for it. A rejected upload has read nothing of `bytes`. A failure says in
   * `charged` whether it was charged, if its answer tells. It is `null` for an answer that began with
   * a 2xx and then broke off.
   */
  upload(upload: ProviderUpload, signal?: AbortSignal): Promise<UploadedPhoto>;
  /**
   * The same calls on behalf of clients, also for ids that they made up. They have a concurrency limit
   * of their own, so that no client can hold up the calls above. Clients share that limit and take
   * turns, each under its `rateLimitKey`.
   */
  forClient(rateLimitKey: string): PhotoCalls;
  /**
   * The account's quota. It may be a second old, but is never older than the last upload through this
   * provider.
   * @throws `ACCOUNT_NOT_FOUND`
   */
  quota(signal?: AbortSignal): Promise<ProviderQuota>;
  /** The account's quota, requested now and never cached. @throws `ACCOUNT_NOT_FOUND` */
  quotaNow(signal: AbortSignal): Promise<ProviderQuota>;
  /** Ends every connection. Running calls, and any later ones, fail with `UPSTREAM_UNAVAILABLE`. */
  close(): Promise<void>;
}

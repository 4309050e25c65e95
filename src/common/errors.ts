/**
 * Every expected failure that a client can see, and whether the same call may succeed if it is tried again.
 * The contract defines the names; they never change.
 */
export const ERROR_CODES = {
  BAD_USER_INPUT: { retryable: false },
  UNSUPPORTED_FILE_TYPE: { retryable: false },
  FILE_TOO_LARGE: { retryable: false },
  QUOTA_EXHAUSTED: { retryable: false },
  UPLOAD_FAILED: { retryable: true },
  IMAGE_PROCESSING_FAILED: { retryable: false },
  PHOTO_NOT_FOUND: { retryable: false },
  PHOTO_NOT_READY: { retryable: true },
  PHOTO_EXPIRED: { retryable: false },
  ACCOUNT_NOT_FOUND: { retryable: false },
  UPSTREAM_AUTH_FAILED: { retryable: false },
  UPSTREAM_ERROR: { retryable: true },
  UPSTREAM_UNAVAILABLE: { retryable: true },
  UPSTREAM_TIMEOUT: { retryable: true },
  UPSTREAM_INVALID_RESPONSE: { retryable: true },
  WAIT_TIMEOUT: { retryable: true },
  STORE_UNAVAILABLE: { retryable: true },
  IDEMPOTENCY_KEY_REUSED: { retryable: false },
  UPLOAD_OUTCOME_UNKNOWN: { retryable: false },
  PERSISTED_QUERY_NOT_FOUND: { retryable: false },
  PERSISTED_QUERY_NOT_SUPPORTED: { retryable: false },
  GATEWAY_RESTARTING: { retryable: true },
  UNAUTHENTICATED: { retryable: false },
  FORBIDDEN: { retryable: false },
  RATE_LIMITED: { retryable: true },
} as const satisfies Record<string, { readonly retryable: boolean }>;

export type ErrorCode = keyof typeof ERROR_CODES;

export interface GatewayErrorOptions {
  /** The cause of the failure. It is kept for the log and never shown to a client. */
  readonly cause?: unknown;
  /** The provider's own error number, if it gave one. */
  readonly errno?: number | undefined;
  /**
   * What a failed upload cost: `false` for nothing, `null` if nobody can know.
   * @default undefined: the error does not say
   */
  readonly charged?: false | null | undefined;
  /** The photo that the error is about, if a client could not tell otherwise. */
  readonly photoId?: string | undefined;
  /** When to try again, in milliseconds from now. */
  readonly retryAfterMs?: number | undefined;
}

/** An expected failure: a stable `code`, and a message that tells a person what to do. */
export class GatewayError extends Error {
  override readonly name = 'GatewayError';
  readonly code: ErrorCode;
  readonly errno: number | undefined;
  readonly charged: false | null | undefined;
  readonly photoId: string | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(code: ErrorCode, message: string, options: GatewayErrorOptions = {}) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined);
    this.code = code;
    this.errno = options.errno;
    this.charged = options.charged;
    this.photoId = options.photoId;
    this.retryAfterMs = options.retryAfterMs;
  }

  /** Whether the same call may succeed later. */
  get retryable(): boolean {
    return ERROR_CODES[this.code].retryable;
  }
}

/** An unexpected failure of an upload, before anything could be charged. */
export class FreeFailure extends Error {
  override readonly name = 'FreeFailure';
  readonly charged = false;

  constructor(cause: unknown) {
    super('An upload failed before it was sent', { cause });
  }
}

/** What a failed upload says that it cost. Undefined if it does not say. */
export function chargedBy(error: unknown): false | null | undefined {
  return error instanceof GatewayError || error instanceof FreeFailure ? error.charged : undefined;
}

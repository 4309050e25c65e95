/** Describes why a call to the gateway failed. */
export interface Failure {
  /**
   * A code of the gateway (docs/errors.md, "Codes"); `OFFLINE` if no gateway responded, and `UNKNOWN`
   * if one responded with an error that has no code.
   */
  readonly code: string;
  /**
   * The gateway's message, in English. It is shown if the page has no text of its own for the code.
   */
  readonly message: string;
  /** Whether the same call may succeed later. */
  readonly retryable: boolean;
  /**
   * The cost of a failed upload: `false` for nothing, `null` if nobody can know; else undefined.
   */
  readonly charged: false | null | undefined;
  /** When to try again, in milliseconds after the failure. */
  readonly retryAfterMs: number | undefined;
  /** The photo that it concerns, if the gateway says so. */
  readonly photoId: string | undefined;
}

/** A failure that can be thrown. */
export class GatewayFailure extends Error {
  override readonly name = 'GatewayFailure';
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.message);
    this.failure = failure;
  }
}

/** Converts anything that was thrown to a failure. */
export function failureOf(error: unknown): Failure {
  return error instanceof GatewayFailure ? error.failure : offline(error);
}

/** The failure that no gateway responded: the connection broke, or a proxy responded instead. */
export function offline(cause: unknown): Failure {
  return {
    code: 'OFFLINE',
    message: `The gateway could not be reached (${String(cause)}).`,
    retryable: true,
    charged: undefined,
    retryAfterMs: undefined,
    photoId: undefined,
  };
}

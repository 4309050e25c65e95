/** Why something could not be had from the gateway. */
export interface Failure {
  /**
   * A code of the gateway (docs/errors.md, "Codes"); `OFFLINE` where no gateway answered, and `UNKNOWN` where
   * one answered with an error that has no code.
   */
  readonly code: string;
  /** What the gateway said, in English; to be shown where the page has no words of its own for the code. */
  readonly message: string;
  /** Whether the same call may succeed later. */
  readonly retryable: boolean;
  /** What a failed upload cost: `false` for nothing, `null` where nobody can know; else undefined. */
  readonly charged: false | null | undefined;
  /** When to try again, in milliseconds from when it failed. */
  readonly retryAfterMs: number | undefined;
  /** The photo that it concerns, where the gateway tells. */
  readonly photoId: string | undefined;
}

/** A failure, thrown. */
export class GatewayFailure extends Error {
  override readonly name = 'GatewayFailure';
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.message);
    this.failure = failure;
  }
}

/** What failed, whatever was thrown. */
export function failureOf(error: unknown): Failure {
  return error instanceof GatewayFailure ? error.failure : offline(error);
}

/** No answer came that a gateway gave: the connection broke, or a proxy answered in its place. */
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

import type { GraphQLFormattedError } from 'graphql';

/**
 * The first error of a response, with the extensions that the gateway adds to its message: docs/errors.md.
 */
export class GatewayError extends Error {
  override readonly name = 'GatewayError';
  readonly code: string;
  /** Whether the same request may succeed later. */
  readonly retryable: boolean;
  /**
   * The cost of a failed upload: `false` for nothing, `null` if nobody can know. Undefined for
   * anything else.
   */
  readonly charged: unknown;

  constructor([error]: readonly Pick<GraphQLFormattedError, 'message' | 'extensions'>[]) {
    super(error?.message);
    const { code, retryable, charged } = error?.extensions ?? {};
    this.code = typeof code === 'string' ? code : 'UNKNOWN';
    this.retryable = retryable === true;
    this.charged = charged;
  }
}

import type { GraphQLFormattedError } from 'graphql';

/** The first error of an answer, with what the gateway tells beside its message: docs/errors.md. */
export class GatewayError extends Error {
  override readonly name = 'GatewayError';
  readonly code: string;
  /** Whether the same may succeed later. */
  readonly retryable: boolean;
  /** What a failed upload cost: `false` for nothing, `null` where nobody can know. Undefined for all else. */
  readonly charged: unknown;

  constructor([error]: readonly Pick<GraphQLFormattedError, 'message' | 'extensions'>[]) {
    super(error?.message);
    const { code, retryable, charged } = error?.extensions ?? {};
    this.code = typeof code === 'string' ? code : 'UNKNOWN';
    this.retryable = retryable === true;
    this.charged = charged;
  }
}

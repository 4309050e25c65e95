import { GraphQLError } from 'graphql';
import { GatewayError, type ErrorCode } from '../../../common/errors.ts';
import { toGraphQLError } from '../../../graphql/errors.ts';

/** A request that is rejected for its form, not for what it asks. */
export class RefusedRequest extends GatewayError {
  /** The HTTP status of the response. */
  readonly status: number;

  constructor(status: number, code: ErrorCode, message: string, cause?: unknown) {
    super(code, message, { cause });
    this.status = status;
  }
}

/** The request is malformed: 400 `BAD_USER_INPUT`. `message` says what to send instead. */
export function malformed(message: string, cause?: unknown) {
  return new RefusedRequest(400, 'BAD_USER_INPUT', message, cause);
}

/** The request did not arrive in time: 408. */
export function stalled() {
  return new RefusedRequest(
    408,
    'UPLOAD_FAILED',
    'The request stalled on its way: check the connection and send it again.',
  );
}

/** The client has disconnected, so only the log sees this error. */
export function disconnected() {
  return new RefusedRequest(
    400,
    'UPLOAD_FAILED',
    'The connection ended before the whole request had come: send it again.',
  );
}

/** Extensions that a response has besides the error's own code. */
type Extensions = Readonly<Record<string, unknown>>;

/**
 * The error in the form that Yoga answers. The status is in Yoga's `http` extension, which no client sees.
 */
export function toHttpError(refusal: RefusedRequest, more: Extensions = {}): GraphQLError {
  const { message, extensions } = toGraphQLError(refusal);
  return new GraphQLError(message, {
    extensions: { ...extensions, ...more, http: { status: refusal.status } },
  });
}

/** Runs `read`. Rethrows a `RefusedRequest` in the form that Yoga answers. */
export async function answeringRefusals<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw error instanceof RefusedRequest ? toHttpError(error) : error;
  }
}

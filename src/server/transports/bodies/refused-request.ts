import { GraphQLError } from 'graphql';
import { GatewayError, type ErrorCode } from '../../../common/errors.ts';
import { toGraphQLError } from '../../../graphql/errors.ts';

/** A request that is not carried out, for what it is rather than for what it asks. */
export class RefusedRequest extends GatewayError {
  /** The HTTP status of the answer. */
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

/** The request has not come in time: 408. */
export function stalled() {
  return new RefusedRequest(
    408,
    'UPLOAD_FAILED',
    'The request stalled on its way: check the connection and send it again.',
  );
}

/** The client has left, so that only the log can see this. */
export function disconnected() {
  return new RefusedRequest(
    400,
    'UPLOAD_FAILED',
    'The connection ended before the whole request had come: send it again.',
  );
}

/** What an answer says beside the refusal's own code. */
type Extensions = Readonly<Record<string, unknown>>;

/** The refusal as Yoga answers it: the status is Yoga's `http` extension, which no client sees. */
export function toHttpError(refusal: RefusedRequest, more: Extensions = {}): GraphQLError {
  const { message, extensions } = toGraphQLError(refusal);
  return new GraphQLError(message, {
    extensions: { ...extensions, ...more, http: { status: refusal.status } },
  });
}

/** Runs `read`, and throws the refusal that it throws so that Yoga answers it. */
export async function answeringRefusals<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw error instanceof RefusedRequest ? toHttpError(error) : error;
  }
}

import { GatewayError } from '../common/errors.ts';
import { UnusableAnswer } from './answer.ts';
import { isUnreachable } from './transport-error.ts';

const TOO_MANY_REQUESTS = 429;
const INTERNAL_ERROR = 500;

/**
 * Whether a failed call is a sign that the provider gets more calls than it bears: it does not answer
 * in time or at all, it fails as a whole, it says that the calls are too many, or calls wait too long
 * for their turn.
 */
export function isOverload(error: unknown): boolean {
  if (!(error instanceof GatewayError)) return false;
  const { code, errno, cause } = error;
  if (isUnreachable(error) || code === 'RATE_LIMITED' || errno === INTERNAL_ERROR) return true;
  return cause instanceof UnusableAnswer && cause.statusCode === TOO_MANY_REQUESTS;
}

import { errors } from 'undici';
import { GatewayError } from '../common/errors.ts';
import { invalidResponse } from './answer.ts';

const TIMEOUT = new Set([
  'ETIMEDOUT',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
]);
const NO_SENSE = new Set(['UND_ERR_RES_EXCEEDED_MAX_SIZE', 'UND_ERR_HEADERS_OVERFLOW']);

/** Turns a failure of the connection into the error for the client (docs/contract.md, "Errors"). */
export function toTransportError(error: unknown): GatewayError {
  const code = codeOf(error);
  if (TIMEOUT.has(code)) return noAnswerInTime(error);
  if (NO_SENSE.has(code)) return invalidResponse({ cause: error });
  // Not the error itself: it holds the received bytes, which must not get into a log.
  if (error instanceof errors.HTTPParserError) {
    return invalidResponse({ cause: Object.assign(new Error(error.message), { code }) });
  }
  return new GatewayError(
    'UPSTREAM_UNAVAILABLE',
    'The provider cannot be reached: try again in a moment.',
    { cause: error },
  );
}

export function noAnswerInTime(cause?: unknown): GatewayError {
  return new GatewayError(
    'UPSTREAM_TIMEOUT',
    'The provider did not answer in time: try again in a moment.',
    { cause },
  );
}

/** Whether the provider did not answer at all. Such failures open the circuit, and a retry may help. */
export function isUnreachable(error: unknown): error is GatewayError {
  return (
    error instanceof GatewayError &&
    (error.code === 'UPSTREAM_UNAVAILABLE' || error.code === 'UPSTREAM_TIMEOUT')
  );
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : '';
}

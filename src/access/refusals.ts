import { GatewayError } from '../common/errors.ts';

/** The request has no credential. */
export function nothingSent() {
  return new GatewayError(
    'UNAUTHENTICATED',
    'Say who you are: send your API key as X-API-Key, or your API key or token as Authorization: Bearer.',
  );
}

/**
 * The credential is not accepted. The error is the same whatever is wrong: someone who tries keys must not be
 * able to tell a wrong key from a removed or an expired one.
 */
export function notAccepted() {
  return new GatewayError(
    'UNAUTHENTICATED',
    'The API key or token is not accepted: it is unknown, or no longer valid.',
  );
}

/** The ticket is not accepted, whatever is wrong with it. */
export function ticketNotAccepted() {
  return new GatewayError(
    'UNAUTHENTICATED',
    'The ticket is not accepted: it is too old, or its API key or token is no longer valid. Ask for a new one with your API key or token.',
  );
}

/** The token may be valid or not: the keys to check it with are unavailable. */
export function notChecked() {
  return new GatewayError(
    'UNAUTHENTICATED',
    'The token could not be checked, so it is not accepted. The operator of this gateway can read why in its log.',
  );
}

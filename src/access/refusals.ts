import { GatewayError } from '../common/errors.ts';

/** Nothing was sent that tells who calls. */
export function nothingSent() {
  return new GatewayError(
    'UNAUTHENTICATED',
    'Say who you are: send your API key as X-API-Key, or your API key or token as Authorization: Bearer.',
  );
}

/**
 * What was sent lets nobody in. One error for whatever is wrong with it: a wrong key, one that was removed
 * and one that has expired must not be told apart by whoever tries them.
 */
export function notAccepted() {
  return new GatewayError(
    'UNAUTHENTICATED',
    'The API key or token is not accepted: it is unknown, or no longer valid.',
  );
}

/** The token may be good or not: what it has to be checked against cannot be had. */
export function notChecked() {
  return new GatewayError(
    'UNAUTHENTICATED',
    'The token could not be checked, so it is not accepted. The operator of this gateway can read why in its log.',
  );
}

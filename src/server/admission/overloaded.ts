import { GatewayError } from '../../common/errors.ts';

/** When to try again: the load gauge has closed two windows by then. */
const RETRY_AFTER_MS = 2000;

/** New operations are rejected while the event loop is overloaded, so that running ones can finish. */
export function overloaded() {
  return new GatewayError(
    'RATE_LIMITED',
    'The gateway is overloaded: try again in a few seconds.',
    { retryAfterMs: RETRY_AFTER_MS },
  );
}

import { GatewayError } from '../../common/errors.ts';

/** `what` came with the key now. */
export function keyReused(what: string) {
  return new GatewayError(
    'IDEMPOTENCY_KEY_REUSED',
    `This idempotency key was used before with ${what}: use a new key for a new upload.`,
  );
}

/** An upload with this key is running, but not where it could be waited for. */
export function underWay() {
  return new GatewayError(
    'UPLOAD_FAILED',
    'An upload with this idempotency key is under way, and may be charged: send it again in a moment.',
    { charged: null },
  );
}

/** It is too early to tell whether the unanswered upload with this key was charged. */
export function notSettled(retryAfterMs: number) {
  const seconds = Math.ceil(retryAfterMs / 1000);
  return new GatewayError(
    'RATE_LIMITED',
    'The earlier upload with this idempotency key was not answered, and may still be charged. Nothing was sent ' +
      `now. Send it again with the same key in ${seconds} s.`,
    { charged: null, retryAfterMs },
  );
}

/** The error for a failure to find out what the earlier upload cost. Its message says so. */
export function earlierUnknown(cause: unknown): GatewayError {
  if (!(cause instanceof GatewayError)) {
    return new GatewayError(
      'UPLOAD_FAILED',
      'The gateway cannot tell at the moment whether an earlier upload with this idempotency key was charged. ' +
        'Nothing was sent now: send it again in a moment.',
      { cause, charged: null },
    );
  }
  const { code, message, errno, charged, retryAfterMs } = cause;
  if (charged === null || code === 'IDEMPOTENCY_KEY_REUSED') return cause;
  return new GatewayError(
    code,
    `${message} The earlier upload with this idempotency key may have been charged. Nothing was sent now.`,
    { cause, errno, retryAfterMs, charged: null },
  );
}

/** The account cannot rule out that the earlier upload with this key was charged. */
export function outcomeUnknown() {
  return new GatewayError(
    'UPLOAD_OUTCOME_UNKNOWN',
    'The earlier upload with this idempotency key may have been charged, and its photo was lost on the way. ' +
      'Nothing was sent now. To upload the photo again, and perhaps pay twice, use a new key.',
    { charged: null },
  );
}

/** The upload with this key succeeded, and its client has deleted the photo since. */
export function photoDeleted() {
  return new GatewayError(
    'PHOTO_NOT_FOUND',
    'The photo of this idempotency key was uploaded, paid for and deleted. Nothing was sent now. To upload it ' +
      'again, and pay again, use a new key.',
    { charged: null },
  );
}

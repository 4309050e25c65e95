import { errors } from 'undici';
import { GatewayError } from '../../common/errors.ts';
import { toTransportError } from '../../provider/transport-error.ts';

/** Error for a provider response that is not an acceptable picture. */
export function invalidPicture(message: string, cause?: unknown) {
  return new GatewayError('UPSTREAM_INVALID_RESPONSE', message, { cause });
}

/**
 * Describes why a fetch failed, in the gateway's own words. Rethrows what is not the provider's
 * fault.
 */
export function describeFetchError(error: unknown): GatewayError {
  if (error instanceof GatewayError) return error;
  if (error instanceof errors.ResponseExceededMaxSizeError) {
    return invalidPicture("The provider's picture is larger than is allowed.", error);
  }
  return toTransportError(error);
}

/** Settles as `promise` does, with its error described. */
export async function describeErrors<Result>(promise: Promise<Result>): Promise<Result> {
  try {
    return await promise;
  } catch (error) {
    throw describeFetchError(error);
  }
}

/** Passes `bytes` on, with errors described. */
export async function* describingErrors(
  bytes: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    yield* bytes;
  } catch (error) {
    throw describeFetchError(error);
  }
}

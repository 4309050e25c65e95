import { GatewayError } from '../common/errors.ts';
import { isTransientFault } from './store/transient-fault.ts';

/** Whether the provider said that it has no such picture: never uploaded, not ready, or deleted. */
export function isNotFound(error: unknown): error is GatewayError {
  return error instanceof GatewayError && error.code === 'PHOTO_NOT_FOUND';
}

/**
 * Waits for a call of the provider, and ignores the failure that it has no such picture.
 * @throws any other failure.
 */
export async function toleratingNotFound(call: Promise<unknown>): Promise<void> {
  try {
    await call;
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}

/**
 * Waits for what a client asked for.
 * @throws what `toldOfStore` makes of a failure.
 */
export function tellingOfStore<Result>(work: Promise<Result>): Promise<Result> {
  return work.catch(tellOfStore);
}

/** @throws what `toldOfStore` makes of a failure. */
export function tellOfStore(error: unknown): never {
  throw toldOfStore(error);
}

/** What a client is told of `error`: `STORE_UNAVAILABLE` if the store failed, and may be back soon. */
export function toldOfStore(error: unknown): unknown {
  return isTransientFault(error) ? storeUnavailable(error) : error;
}

/** Error for a question that needs the store, while that is away. */
function storeUnavailable(cause: unknown) {
  return new GatewayError(
    'STORE_UNAVAILABLE',
    'The gateway cannot reach its records at the moment: try again in a moment.',
    { cause },
  );
}

/** Error for a question whose poll does not get its turn, because too many photos are polled. */
export function tooManyQuestions() {
  return new GatewayError(
    'RATE_LIMITED',
    'Too many requests wait for the provider: try again in a moment.',
    { retryAfterMs: 1000 },
  );
}

/** Error for a picture that was ready, and whose hour is over. */
export function photoExpired(cause?: GatewayError) {
  return new GatewayError(
    'PHOTO_EXPIRED',
    'The restored picture has been deleted: upload the photo again.',
    { cause, errno: cause?.errno },
  );
}

/** Error for a picture that is not ready to download. */
export function photoNotReady(cause?: GatewayError) {
  return new GatewayError(
    'PHOTO_NOT_READY',
    'The photo is still being processed: subscribe to photoReady and download it then.',
    { cause, errno: cause?.errno },
  );
}

/**
 * Error for a READY photo for which the provider answers, at this moment, that it has no picture.
 * This may be temporary.
 */
export function pictureNotFoundYet(cause: GatewayError) {
  return new GatewayError(
    'PHOTO_NOT_READY',
    'The photo is ready, but the provider does not find its picture at the moment: try again in some seconds.',
    { cause, errno: cause.errno },
  );
}

import { GatewayError } from '../common/errors.ts';

/** Whether the provider said that it has no such picture: never uploaded, not ready, or deleted. */
export function isNotFound(error: unknown): error is GatewayError {
  return error instanceof GatewayError && error.code === 'PHOTO_NOT_FOUND';
}

/** Waits for a call of the provider that may say of a photo that it has none. @throws any other failure. */
export async function toleratingNotFound(call: Promise<unknown>): Promise<void> {
  try {
    await call;
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}

/** The picture was ready and its hour is over. */
export function photoExpired(cause?: GatewayError) {
  return new GatewayError(
    'PHOTO_EXPIRED',
    'The restored picture has been deleted: upload the photo again.',
    { cause, errno: cause?.errno },
  );
}

/** There is no picture to download yet. */
export function photoNotReady(cause?: GatewayError) {
  return new GatewayError(
    'PHOTO_NOT_READY',
    'The photo is still being processed: subscribe to photoReady and download it then.',
    { cause, errno: cause?.errno },
  );
}

/** The photo is READY, and the provider says all the same that it has no picture: once, which may pass. */
export function pictureNotFoundYet(cause: GatewayError) {
  return new GatewayError(
    'PHOTO_NOT_READY',
    'The photo is ready, but the provider does not find its picture at the moment: try again in some seconds.',
    { cause, errno: cause.errno },
  );
}

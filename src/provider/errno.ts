import { GatewayError, type ErrorCode } from '../common/errors.ts';
import type { Endpoint } from './endpoints.ts';
import { excerptOf } from './excerpt.ts';

interface Failure {
  readonly code: ErrorCode;
  readonly message: string;
}

const PHOTO_NOT_FOUND: Failure = {
  code: 'PHOTO_NOT_FOUND',
  message: 'The provider has no such photo: check the id, or upload the photo again.',
};
const ACCOUNT_NOT_FOUND: Failure = {
  code: 'ACCOUNT_NOT_FOUND',
  message:
    "The provider knows no such account: the gateway's operator must check PHOTO_THIRD_CODE.",
};
const UNKNOWN: Failure = {
  code: 'UPSTREAM_ERROR',
  message:
    "The provider reports a failure of its own: try again, and tell the gateway's operator if it stays.",
};

/** Every `errno` of the provider's tables except 9002, whose meaning depends on the endpoint. */
const FAILURES: ReadonlyMap<number, Failure> = new Map<number, Failure>([
  [500, UNKNOWN],
  [
    9001,
    {
      code: 'BAD_USER_INPUT',
      message:
        'The provider refuses one of the arguments: check the repair type, the background and the file.',
    },
  ],
  [
    9005,
    {
      code: 'UNSUPPORTED_FILE_TYPE',
      message: 'The provider does not support this type of file: send the picture as JPEG or PNG.',
    },
  ],
  [
    9006,
    {
      code: 'UPLOAD_FAILED',
      message: 'The provider could not take the upload and did not charge for it: send it again.',
    },
  ],
  [
    9009,
    {
      code: 'IMAGE_PROCESSING_FAILED',
      message:
        'The provider could not process this picture and did not charge for it: send another one.',
    },
  ],
  [
    9101,
    {
      code: 'QUOTA_EXHAUSTED',
      message: "No uploads are left: the gateway's operator must buy more from the provider.",
    },
  ],
  [
    9999,
    {
      code: 'UPSTREAM_AUTH_FAILED',
      message:
        "The provider does not accept the gateway's credentials: its operator must check PHOTO_THIRD_CODE, " +
        "PHOTO_SECRET_KEY and the machine's clock.",
    },
  ],
]);

/**
 * Errors of an upload that charge nothing: those that docs/provider-api.md lists for an upload. It says
 * that "a failed upload is not" charged.
 */
const FREE: ReadonlySet<number | undefined> = new Set([9001, 9005, 9006, 9009, 9101, 9999]);

function findFailure(endpoint: Endpoint<unknown>, errno: number): Failure {
  if (errno === 9002) return endpoint.name === 'quota' ? ACCOUNT_NOT_FOUND : PHOTO_NOT_FOUND;
  return FAILURES.get(errno) ?? UNKNOWN;
}

/**
 * The error for a failure that the provider reports (docs/contract.md, "Errors"). An `errno` that the
 * provider lists for another endpoint has the same meaning here. An unknown or missing one is
 * `UPSTREAM_ERROR`. For an upload, `charged` says whether it cost something: `false` if the document
 * lists the `errno` for it, else `null`.
 * @param text the provider's own message, kept as the cause only: it is in another language, and an
 * echoed token in it must not reach a client.
 */
export function createProviderError(
  endpoint: Endpoint<unknown>,
  errno: number | undefined,
  text: string | undefined,
): GatewayError {
  const { code, message } = errno === undefined ? UNKNOWN : findFailure(endpoint, errno);
  const cause = text === undefined ? undefined : new Error(`the provider says: ${excerptOf(text)}`);
  const cost = FREE.has(errno) ? false : null;
  const charged = endpoint.name === 'upload' ? cost : undefined;
  return new GatewayError(code, message, { errno, cause, charged });
}

/**
 * The error for a photo that the provider does not know. Also for clients that must not learn more
 * about a photo.
 */
export function noSuchPhoto(): GatewayError {
  const { code, message } = PHOTO_NOT_FOUND;
  return new GatewayError(code, message, { errno: 9002 });
}

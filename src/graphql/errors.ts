import { GraphQLError, type GraphQLErrorOptions } from 'graphql';
import type { GatewayError } from '../common/errors.ts';

/**
 * A `GatewayError` as clients see it: with `extensions.code` and `.retryable`, and with `.errno`, `.charged`,
 * `.photoId` and `.retryAfterMs` if the error has them.
 */
export function toGraphQLError(
  error: GatewayError,
  options: GraphQLErrorOptions = {},
): GraphQLError {
  const { code, retryable, errno, charged, photoId, retryAfterMs } = error;
  return new GraphQLError(error.message, {
    ...options,
    extensions: {
      code,
      retryable,
      ...(errno === undefined ? {} : { errno }),
      ...(charged === undefined ? {} : { charged }),
      ...(photoId === undefined ? {} : { photoId }),
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    },
  });
}

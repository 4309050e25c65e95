import { GraphQLError } from 'graphql';
import { chargedBy, GatewayError } from '../errors.ts';
import { toGraphQLError } from '../graphql/errors.ts';
import type { Log } from '../log.ts';

/**
 * An error as a client may see it: one of the contract with its code, one of GraphQL's own as it is, and
 * anything else masked as `INTERNAL_SERVER_ERROR` and logged under the `requestId` that the client gets.
 */
export function presentError(error: GraphQLError, requestId: string, log: Log): GraphQLError {
  const original = originalOf(error);
  if (original instanceof GatewayError) return toGraphQLError(original, locationOf(error));
  if (original instanceof GraphQLError) return error;
  const charged = chargedBy(original);
  log.error({ err: original, requestId, path: error.path }, 'An unexpected error was masked');
  return new GraphQLError(
    `Something went wrong inside the gateway. Tell its operator the request id ${requestId}.`,
    {
      ...locationOf(error),
      extensions: {
        code: 'INTERNAL_SERVER_ERROR',
        retryable: false,
        requestId,
        ...(charged !== undefined && { charged }),
      },
    },
  );
}

/**
 * A presented error of `uploadPhoto`, which says in `extensions.charged` what it cost. Where the upload
 * itself has not said that it may have cost something, nothing was charged; of an unexpected failure
 * nobody can know.
 */
export function withCharge(presented: GraphQLError): GraphQLError {
  const { message, extensions, originalError } = presented;
  if ('charged' in extensions) return presented;
  const charged = extensions['code'] === 'INTERNAL_SERVER_ERROR' ? null : false;
  return new GraphQLError(message, {
    ...locationOf(presented),
    originalError,
    extensions: { ...extensions, charged },
  });
}

function originalOf(error: GraphQLError): unknown {
  let original: unknown = error;
  while (original instanceof GraphQLError && original.originalError)
    original = original.originalError;
  return original;
}

function locationOf({ nodes, path }: GraphQLError) {
  return { nodes: nodes ?? null, path: path ?? null };
}

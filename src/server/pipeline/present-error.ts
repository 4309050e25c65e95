import { GraphQLError } from 'graphql';
import { chargedBy, GatewayError } from '../../common/errors.ts';
import type { Log } from '../../common/log.ts';
import { toGraphQLError } from '../../graphql/errors.ts';

/** The code of an unexpected error. */
export const MASKED = 'INTERNAL_SERVER_ERROR';

/**
 * An error as clients may see it. An error of the contract keeps its code, and an error of GraphQL itself
 * stays as it is. Anything else is masked as `MASKED` and logged under the `requestId` that the client gets.
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
        code: MASKED,
        retryable: false,
        requestId,
        ...(charged !== undefined && { charged }),
      },
    },
  );
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

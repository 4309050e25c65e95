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
export function presentError(error: unknown, requestId: string, log: Log): GraphQLError {
  const original = originalOf(error);
  const { nodes = null, path = null } = error instanceof GraphQLError ? error : {};
  if (original instanceof GatewayError) return toGraphQLError(original, { nodes, path });
  if (original instanceof GraphQLError && error instanceof GraphQLError) return error;
  const charged = chargedBy(original);
  log.error({ err: original, requestId, path }, 'An unexpected error was masked');
  return new GraphQLError(
    `Something went wrong inside the gateway. Tell its operator the request id ${requestId}.`,
    {
      nodes,
      path,
      extensions: {
        code: MASKED,
        retryable: false,
        requestId,
        ...(charged !== undefined && { charged }),
      },
    },
  );
}

function originalOf(error: unknown): unknown {
  let original = error;
  while (original instanceof GraphQLError && original.originalError) {
    original = original.originalError;
  }
  return original;
}

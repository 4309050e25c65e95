import { GraphQLError, type GraphQLErrorExtensions } from 'graphql';

/** The same error with other extensions. */
export function withExtensions(error: GraphQLError, extensions: GraphQLErrorExtensions) {
  return copyOf(error, { extensions });
}

/** The same error with another message. */
export function withMessage(error: GraphQLError, message: string) {
  return copyOf(error, { message });
}

function copyOf(
  { nodes, source, positions, path, originalError, ...error }: GraphQLError,
  change: Partial<Pick<GraphQLError, 'message' | 'extensions'>>,
): GraphQLError {
  const { message = error.message, extensions = error.extensions } = change;
  return new GraphQLError(message, {
    nodes: nodes ?? null,
    source: source ?? null,
    positions: positions ?? null,
    path: path ?? null,
    originalError: originalError ?? null,
    extensions,
  });
}

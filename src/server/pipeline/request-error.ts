import { GraphQLError } from 'graphql';

/**
 * An error that kept an operation from running, in the form that Yoga sends over HTTP: without the HTTP
 * status in its extensions. If it has no code, it gets the code for a document that cannot be parsed.
 */
export function toRequestError(error: GraphQLError): GraphQLError {
  const { http: _status, ...extensions } = error.extensions;
  return new GraphQLError(error.message, {
    nodes: error.nodes ?? null,
    source: error.source ?? null,
    positions: error.positions ?? null,
    originalError: error.originalError,
    extensions: { code: 'GRAPHQL_PARSE_FAILED', ...extensions },
  });
}

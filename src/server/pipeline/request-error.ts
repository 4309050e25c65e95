import { GraphQLError } from 'graphql';

/**
 * An error that kept an operation from running, as Yoga answers it over HTTP: without the HTTP status in
 * its extensions, and with the code of a document that cannot be parsed where it has none.
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

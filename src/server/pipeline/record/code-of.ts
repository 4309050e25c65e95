import { GraphQLError } from 'graphql';
import { ERROR_CODES, GatewayError } from '../../../common/errors.ts';

/** Codes for errors of GraphQL itself, which have no code of their own. */
export type Stage = 'GRAPHQL_PARSE_FAILED' | 'GRAPHQL_VALIDATION_FAILED' | 'GRAPHQL_REQUEST_FAILED';

const KNOWN: ReadonlySet<unknown> = new Set(Object.keys(ERROR_CODES));

/**
 * The code that a client sees, or `stage` if it sees none. It is one of a fixed set, because it is a label of
 * metrics. The result is the same before and after `presentError`.
 */
export function codeOf(error: unknown, stage: Stage): string {
  const original = originalOf(error);
  if (original instanceof GatewayError) return original.code;
  if (!(original instanceof GraphQLError && error instanceof GraphQLError)) {
    return 'INTERNAL_SERVER_ERROR';
  }
  const { code } = error.extensions;
  if (code === 'INTERNAL_SERVER_ERROR') return code;
  return typeof code === 'string' && KNOWN.has(code) ? code : stage;
}

function originalOf(error: unknown): unknown {
  let original = error;
  while (original instanceof GraphQLError && original.originalError) {
    original = original.originalError;
  }
  return original;
}

import type { ASTVisitor, GraphQLError, ValidationContext } from 'graphql';
import { GatewayError } from '../../../../common/errors.ts';
import { toGraphQLError } from '../../../../graphql/errors.ts';
import { withMessage } from '../../copy-error.ts';

/** The suggestion that graphql appends to a message: ` Did you mean "quota" or "photo"?` */
const SUGGESTION = / Did you mean [^]*\?$/;

/** Rejects introspection, to hide the schema. Errors must then be passed through `withoutSuggestion` too. */
export function noIntrospectionRule(context: ValidationContext): ASTVisitor {
  return {
    Field(node) {
      if (node.name.value !== '__schema' && node.name.value !== '__type') return;
      const refusal = new GatewayError('BAD_USER_INPUT', 'The schema cannot be introspected here.');
      context.reportError(toGraphQLError(refusal, { nodes: node }));
    },
  };
}

/** The error without suggestions: with them, a client could guess the schema name by name. */
export function withoutSuggestion(error: GraphQLError): GraphQLError {
  if (!SUGGESTION.test(error.message)) return error;
  return withMessage(error, error.message.replace(SUGGESTION, ''));
}

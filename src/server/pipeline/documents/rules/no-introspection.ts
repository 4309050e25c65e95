import type { ASTVisitor, GraphQLError, ValidationContext } from 'graphql';
import { GatewayError } from '../../../../common/errors.ts';
import { toGraphQLError } from '../../../../graphql/errors.ts';
import { withMessage } from '../../copy-error.ts';

/** The suggestion that graphql appends to a message: ` Did you mean "quota" or "photo"?` */
const SUGGESTION = / Did you mean [^]*\?$/;

/** The last is the schema as a text, for the composition of subgraphs. */
const INTROSPECTION: ReadonlySet<string> = new Set(['__schema', '__type', '_service']);

/** Rejects introspection, to hide the schema. Errors must then be passed through `withoutSuggestion` too. */
export function noIntrospectionRule(context: ValidationContext): ASTVisitor {
  return {
    Field(node) {
      if (!INTROSPECTION.has(node.name.value)) return;
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

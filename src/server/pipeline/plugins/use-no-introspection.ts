import {
  GraphQLError,
  type ASTVisitor,
  type ExecutionResult,
  type ValidationContext,
} from 'graphql';
import { handleStreamOrSingleExecutionResult, isAsyncIterable, type Plugin } from 'graphql-yoga';
import { GatewayError } from '../../../common/errors.ts';
import { toGraphQLError } from '../../../graphql/errors.ts';

/** The suggestion that graphql appends to a message: ` Did you mean "quota" or "photo"?` */
const SUGGESTION = / Did you mean [^]*\?$/;

interface Payload {
  readonly result: ExecutionResult;
  readonly setResult: (result: ExecutionResult) => void;
}

/**
 * Hides the schema: introspection is rejected, and errors contain no suggestions. With suggestions, a client
 * could guess the schema name by name.
 */
export function useNoIntrospection(): Plugin {
  return {
    onValidate({ addValidationRule }) {
      addValidationRule(noIntrospectionRule);
      return ({ result, setResult }) => {
        setResult(result.map(withoutSuggestion));
      };
    },
    onExecute: () => ({
      onExecuteDone: (payload) => handleStreamOrSingleExecutionResult(payload, conceal),
    }),
    onSubscribe: () => ({
      onSubscribeResult({ result, setResult }) {
        if (isAsyncIterable(result)) return { onNext: conceal };
        return conceal({ result, setResult });
      },
    }),
  };
}

function conceal({ result, setResult }: Payload) {
  if (result.errors) setResult({ ...result, errors: result.errors.map(withoutSuggestion) });
}

function noIntrospectionRule(context: ValidationContext): ASTVisitor {
  return {
    Field(node) {
      if (node.name.value !== '__schema' && node.name.value !== '__type') return;
      const refusal = new GatewayError('BAD_USER_INPUT', 'The schema cannot be introspected here.');
      context.reportError(toGraphQLError(refusal, { nodes: node }));
    },
  };
}

function withoutSuggestion<E extends Error>(error: E): E | GraphQLError {
  if (!(error instanceof GraphQLError) || !SUGGESTION.test(error.message)) return error;
  return new GraphQLError(error.message.replace(SUGGESTION, ''), {
    nodes: error.nodes ?? null,
    source: error.source ?? null,
    positions: error.positions ?? null,
    path: error.path ?? null,
    originalError: error.originalError ?? null,
    extensions: error.extensions,
  });
}

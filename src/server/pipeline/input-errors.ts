import { Kind, type ExecutionResult, type GraphQLError, type TypeNode } from 'graphql';
import { SEND_A_FORM } from '../../graphql/scalars/upload.ts';
import { withExtensions, withMessage } from './copy-error.ts';

const INPUT_ERROR = { code: 'BAD_USER_INPUT', retryable: false };

/** The result with codes on the errors of variables, which have no path. GraphQL gives them no code. */
export function withInputErrors(result: ExecutionResult): ExecutionResult {
  if (result.errors === undefined) return result;
  return { ...result, errors: result.errors.map((error) => (error.path ? error : ofInput(error))) };
}

function ofInput(error: GraphQLError): GraphQLError {
  const extensions = { ...INPUT_ERROR, ...error.extensions };
  return withExtensions(withMessage(error, explained(error)), extensions);
}

/** GraphQL says only that the variable is null. It is, where a client sends a file as JSON. */
function explained({ message, nodes }: GraphQLError): string {
  const [node] = nodes ?? [];
  const isOfFile = node?.kind === Kind.VARIABLE_DEFINITION && nameOf(node.type) === 'Upload';
  return isOfFile && !message.includes(SEND_A_FORM) ? `${message} ${SEND_A_FORM}` : message;
}

function nameOf(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : nameOf(type.type);
}

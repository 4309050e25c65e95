import {
  getOperationAST,
  Kind,
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  type GraphQLError,
} from 'graphql';
import { handleStreamOrSingleExecutionResult, isAsyncIterable, type Plugin } from 'graphql-yoga';
import type { Log } from '../../log.ts';
import type { OperationContext } from '../operation-context.ts';
import { presentError, withCharge } from '../present-error.ts';
import { rootFields } from '../root-fields.ts';

interface Payload {
  readonly result: ExecutionResult;
  readonly setResult: (result: ExecutionResult) => void;
}

type Operation = Pick<ExecutionArgs, 'document' | 'operationName'> & {
  readonly contextValue: OperationContext;
};

/**
 * Gives every error of every result to `presentError`, on all transports alike. It runs before Yoga's own
 * masking, which logs whatever it changes as an error of the server and is left with nothing to change.
 */
export function usePresentedErrors(log: Log): Plugin<OperationContext> {
  function present({ result, setResult }: Payload, operation: Operation) {
    if (!result.errors) return;
    const { requestId } = operation.contextValue;
    setResult({
      ...result,
      errors: result.errors.map((error) => {
        const presented = presentError(error, requestId, log);
        return isOfUpload(error, operation) ? withCharge(presented) : presented;
      }),
    });
  }

  return {
    onExecute: ({ args }) => ({
      onExecuteDone: (payload) =>
        handleStreamOrSingleExecutionResult(payload, (single) => present(single, args)),
    }),
    onSubscribe: ({ args }) => ({
      onSubscribeResult({ result, setResult }) {
        if (isAsyncIterable(result)) return { onNext: (single) => present(single, args) };
        return present({ result, setResult }, args);
      },
    }),
  };
}

/**
 * Whether an error is that of `uploadPhoto` itself or kept it from running, such as a malformed variable;
 * one of a field of the photo that it returned is not.
 */
function isOfUpload(
  { path, nodes }: GraphQLError,
  { document, operationName }: Operation,
): boolean {
  if (path) {
    const [node] = nodes ?? [];
    return path.length === 1 && node?.kind === Kind.FIELD && node.name.value === 'uploadPhoto';
  }
  const operation = getOperationAST(document, operationName);
  if (!operation) return false;
  const fields = [...rootFields(operation.selectionSet, (name) => findFragment(document, name))];
  return fields.some((field) => field.name.value === 'uploadPhoto');
}

function findFragment({ definitions }: DocumentNode, name: string) {
  return definitions
    .filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION)
    .find((fragment) => fragment.name.value === name);
}

import type { ExecutionArgs, ExecutionResult } from 'graphql';
import { handleStreamOrSingleExecutionResult, isAsyncIterable, type Plugin } from 'graphql-yoga';
import type { Log } from '../../../common/log.ts';
import type { OperationContext } from '../operation-context.ts';
import { MASKED, presentError } from '../present-error.ts';
import { isUploadError, withCharge } from '../upload-charge.ts';

interface Payload {
  readonly result: ExecutionResult;
  readonly setResult: (result: ExecutionResult) => void;
}

type Operation = Pick<ExecutionArgs, 'document' | 'operationName'> & {
  readonly contextValue: OperationContext;
};

/**
 * Passes every error of every result through `presentError`, on every transport. It runs before Yoga's own
 * masking, which would log every error that it changes as a server error. After this plugin nothing is left
 * for it to change.
 */
export function usePresentedErrors(log: Log): Plugin<OperationContext> {
  function present({ result, setResult }: Payload, operation: Operation) {
    if (!result.errors) return;
    const { document, operationName, contextValue } = operation;
    setResult({
      ...result,
      errors: result.errors.map((error) => {
        const presented = presentError(error, contextValue.requestId, log);
        if (!isUploadError(error, document, operationName)) return presented;
        // An upload that may have been charged says so itself. After an unexpected failure nobody can know.
        const isMasked = presented.extensions['code'] === MASKED;
        return withCharge(presented, isMasked ? null : false);
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

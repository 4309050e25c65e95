import type { ExecutionResult } from 'graphql';
import { handleStreamOrSingleExecutionResult, isAsyncIterable, type Plugin } from 'graphql-yoga';
import type { Log } from '../log.ts';
import type { OperationContext } from './operation-context.ts';
import { presentError } from './present-error.ts';

interface Payload {
  readonly result: ExecutionResult;
  readonly setResult: (result: ExecutionResult) => void;
}

/**
 * Gives every error of every result to `presentError`, on all transports alike. It runs before Yoga's own
 * masking, which logs whatever it changes as an error of the server and is left with nothing to change.
 */
export function usePresentedErrors(log: Log): Plugin<OperationContext> {
  function present({ result, setResult }: Payload, { requestId }: OperationContext) {
    if (!result.errors) return;
    setResult({
      ...result,
      errors: result.errors.map((error) => presentError(error, requestId, log)),
    });
  }

  return {
    onExecute: ({ args }) => ({
      onExecuteDone: (payload) =>
        handleStreamOrSingleExecutionResult(payload, (single) =>
          present(single, args.contextValue),
        ),
    }),
    onSubscribe: ({ args }) => ({
      onSubscribeResult({ result, setResult }) {
        if (isAsyncIterable(result))
          return { onNext: (single) => present(single, args.contextValue) };
        return present({ result, setResult }, args.contextValue);
      },
    }),
  };
}

import {
  getOperationAST,
  OperationTypeNode,
  type ExecutionArgs,
  type ExecutionResult,
} from 'graphql';
import { isAsyncIterable, type Plugin } from 'graphql-yoga';
import { fragmentsOf } from '../limits/parse-within-limits.ts';
import type { OperationContext } from '../operation-context.ts';
import type { Stage } from '../record/code-of.ts';
import { observedResults } from '../record/observed-results.ts';
import {
  createRunningOperations,
  type OperationOrigin,
  type RunningOperation,
  type RunningOperationsOptions,
} from '../record/running-operations.ts';
import { rootFields } from '../root-fields.ts';

type Context = OperationContext & OperationOrigin;
type Arguments = Pick<ExecutionArgs, 'document' | 'operationName'> & {
  readonly contextValue: OperationContext;
};

/**
 * Records what each operation is and how it ends, on every transport. It must be one of the first plugins:
 * the hooks of later plugins are not called for an operation that an earlier one rejects.
 */
export function useOperationRecord(options: RunningOperationsOptions): Plugin<Context, Context> {
  const { telemetry, requests } = options;
  const running = createRunningOperations(options);

  function fail(context: object, errors: readonly unknown[], stage: Stage) {
    const { record, end } = running.of(context);
    record.failed(errors, stage);
    end();
  }

  /** Runs `work` within the operation's span. If `work` throws, the operation has ended. */
  async function run(context: object, work: () => unknown): Promise<unknown> {
    try {
      return await running.of(context).record.span.run(work);
    } catch (error) {
      fail(context, [error], 'GRAPHQL_REQUEST_FAILED');
      throw error;
    }
  }

  function streaming({ record, end }: RunningOperation, results: AsyncIterable<ExecutionResult>) {
    const { span, transport } = record;
    telemetry.subscriberJoined(transport);
    return observedResults(results, {
      span,
      onResult: (result) => record.gave(result),
      onEnd() {
        telemetry.subscriberLeft(transport);
        end();
      },
    });
  }

  return {
    onPluginInit({ registerContextErrorHandler }) {
      registerContextErrorHandler(({ context, error }) => {
        fail(context, [error], 'GRAPHQL_REQUEST_FAILED');
      });
    },
    onEnveloped({ context }) {
      if (context) running.begin(context);
    },
    instrumentation: {
      // This wraps the hooks of the other plugins too: one of them may reject the operation by throwing.
      parse({ context }, parse) {
        try {
          parse();
        } catch (error) {
          fail(context, [error], 'GRAPHQL_PARSE_FAILED');
          throw error;
        }
      },
    },
    onValidate: ({ context }) =>
      function onValidated({ valid, result }) {
        if (!valid) fail(context, result, 'GRAPHQL_VALIDATION_FAILED');
      },
    onExecute({ args, executeFn, setExecuteFn }) {
      const operation = running.of(args.contextValue);
      identify(operation, args);
      const execute: (given: ExecutionArgs) => unknown = executeFn;
      setExecuteFn((given: ExecutionArgs) => run(args.contextValue, () => execute(given)));
      return {
        onExecuteDone({ result }) {
          if (!isAsyncIterable(result)) operation.record.gave(result);
          operation.end();
        },
      };
    },
    onSubscribe({ args, subscribeFn, setSubscribeFn }) {
      const operation = running.of(args.contextValue);
      identify(operation, args);
      const subscribe: (given: ExecutionArgs) => unknown = subscribeFn;
      setSubscribeFn((given: ExecutionArgs) => run(args.contextValue, () => subscribe(given)));
      return {
        onSubscribeResult({ result, setResult }) {
          if (isAsyncIterable(result)) return setResult(streaming(operation, result));
          operation.record.gave(result);
          return operation.end();
        },
      };
    },
    onResultProcess({ result, serverContext }) {
      // The request was rejected before it had an operation.
      const record = requests.recordOf(serverContext.req);
      if (!record || record.ended() !== null || !('errors' in result) || !result.errors) return;
      record.failed(result.errors, 'GRAPHQL_REQUEST_FAILED');
    },
  };
}

function identify({ record }: RunningOperation, args: Arguments): void {
  const { document, operationName, contextValue } = args;
  const operation = getOperationAST(document, operationName);
  if (!operation) return;
  const fragments = fragmentsOf(document);
  const fields = [...rootFields(operation.selectionSet, (name) => fragments.get(name))].map(
    ({ name, alias }) => ({ name: name.value, key: (alias ?? name).value }),
  );
  const isStream =
    operation.operation === OperationTypeNode.SUBSCRIPTION && record.transport === 'http';
  record.identified(
    { type: operation.operation, fields, client: contextValue.principal.client },
    isStream ? 'server-sent events' : record.transport,
  );
}

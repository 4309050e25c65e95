import {
  getOperationAST,
  getVariableValues,
  type ExecutionArgs,
  type ExecutionResult,
} from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { costOf } from '../limits/operation-cost.ts';
import { limitOf, overLimit } from '../limits/operation-limits.ts';
import { fragmentsOf } from '../limits/parse-within-limits.ts';

interface Start {
  readonly args: ExecutionArgs & { readonly contextValue: object };
  readonly setResultAndStopExecution: (result: ExecutionResult) => void;
}

/**
 * The status that GraphQL over HTTP gives an operation that was not executed. `spec` keeps 200 for
 * `application/json`, as that specification wants.
 */
const NOT_EXECUTED = { spec: true, status: 400 };

/**
 * Rejects an operation that costs more than the limit. This happens just before it runs, not with the other
 * limits: the cost depends on the variables, but the result of validating a document is cached for all
 * variables.
 */
export function useOperationCost(): Plugin {
  return { onExecute: check, onSubscribe: check };
}

function check({ args, setResultAndStopExecution }: Start) {
  const operation = getOperationAST(args.document, args.operationName);
  if (!operation) return;
  const { schema, document, variableValues } = args;
  const definitions = operation.variableDefinitions ?? [];
  // Without this, reporting a list of 60,000 malformed ids takes seconds.
  const options = { maxErrors: 1 };
  const { coerced } = getVariableValues(schema, definitions, variableValues ?? {}, options);
  // Execution rejects malformed variables itself, and says what is wrong with them.
  if (!coerced) return;
  const fragments = fragmentsOf(document);
  const cost = costOf({ schema, operation, fragments, variables: coerced });
  if (cost <= limitOf('cost')) return;
  const error = overLimit('cost', String(cost), operation);
  if ('request' in args.contextValue) error.extensions['http'] = NOT_EXECUTED;
  setResultAndStopExecution({ errors: [error] });
}

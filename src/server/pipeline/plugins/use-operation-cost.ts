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

/** The status as GraphQL over HTTP has it, with the media type that tells more than 200. */
const NOT_EXECUTED = { spec: true, status: 400 };

/**
 * Refuses an operation that costs more than is allowed. When it is about to run, and not with the other
 * limits: the cost depends on the variables, and what is found out about a document is kept for all of them.
 */
export function useOperationCost(): Plugin {
  return { onExecute: check, onSubscribe: check };
}

function check({ args, setResultAndStopExecution }: Start) {
  const operation = getOperationAST(args.document, args.operationName);
  if (!operation) return;
  const { schema, document, variableValues } = args;
  const definitions = operation.variableDefinitions ?? [];
  // Without a limit a list of 60,000 malformed ids takes seconds to be complained of.
  const options = { maxErrors: 1 };
  const { coerced } = getVariableValues(schema, definitions, variableValues ?? {}, options);
  // Execution does not begin with malformed variables, and says what is wrong with them.
  if (!coerced) return;
  const fragments = fragmentsOf(document);
  const cost = costOf({ schema, operation, fragments, variables: coerced });
  if (cost <= limitOf('cost')) return;
  const error = overLimit('cost', String(cost), operation);
  if ('request' in args.contextValue) error.extensions['http'] = NOT_EXECUTED;
  setResultAndStopExecution({ errors: [error] });
}

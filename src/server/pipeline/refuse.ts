import type { GraphQLError } from 'graphql';
import type { OperationRequest, RefusalReason, RefusedOperation } from './operation-request.ts';
import type { Stage } from './record/code-of.ts';
import { noteFailure } from './record/operation-record.ts';
import { withRefusedCharge } from './upload-charge.ts';

/** Notes that an operation does not run. The errors of an upload say that it cost nothing. */
export function refuse(
  request: Pick<OperationRequest, 'isForm' | 'query' | 'record'>,
  refused: RefusalReason,
  errors: readonly GraphQLError[],
  stage: Stage = 'GRAPHQL_PARSE_FAILED',
): RefusedOperation {
  noteFailure(request.record, errors, stage);
  return { refused, errors: withRefusedCharge(request, errors) };
}

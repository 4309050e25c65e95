import type { ExecutionResult, GraphQLError } from 'graphql';
import type { Log } from '../../common/log.ts';
import type { AnalysedOperation } from './documents/analyse-document.ts';
import { withoutSuggestion } from './documents/rules/no-introspection.ts';
import type { OperationRequest } from './operation-request.ts';
import { MASKED, presentError } from './present-error.ts';
import { isOfUploadField, isRefusedUpload, withCharge } from './upload-charge.ts';

/** Makes a result of `operation` into what its client may see. */
export type PresentResult = (
  result: ExecutionResult,
  operation: AnalysedOperation,
  request: Pick<OperationRequest, 'requestId' | 'query' | 'isForm'>,
) => ExecutionResult;

export interface PresentResultOptions {
  /** Whether clients may introspect the schema. */
  readonly introspection: boolean;
  readonly log: Log;
}

export function createPresentResult({ introspection, log }: PresentResultOptions): PresentResult {
  return (result, operation, request) => {
    if (result.errors === undefined) return result;

    function present(error: GraphQLError): GraphQLError {
      const shown = introspection ? error : withoutSuggestion(error);
      const presented = presentError(shown, request.requestId, log);
      if (!isOfUpload(error)) return presented;
      // An upload that may have been charged says so itself. After an unexpected failure nobody can know.
      const isMasked = presented.extensions['code'] === MASKED;
      return withCharge(presented, isMasked ? null : false);
    }

    function isOfUpload(error: GraphQLError): boolean {
      // Without a path the error is of the whole operation, such as a malformed variable.
      if (error.path) return isOfUploadField(error);
      return operation.isUpload || isRefusedUpload(request);
    }

    return { ...result, errors: result.errors.map(present) };
  };
}

import type { ASTVisitor, FieldNode, ValidationContext } from 'graphql';
import { GatewayError } from '../../../../common/errors.ts';
import { toGraphQLError } from '../../../../graphql/errors.ts';
import { UPLOAD_FIELD } from '../../upload-charge.ts';
import { rootFields } from '../root-fields.ts';

/**
 * Rejects an operation with more than one `uploadPhoto`: aliases would turn one request into many charges.
 */
export function singleUploadRule(context: ValidationContext): ASTVisitor {
  return {
    OperationDefinition(operation) {
      const fields = rootFields(operation.selectionSet, (name) => context.getFragment(name));
      const uploads = [...fields].filter((field) => field.name.value === UPLOAD_FIELD);
      if (new Set(uploads.map(responseKey)).size <= 1) return;
      context.reportError(toGraphQLError(uploadedTwice(), { nodes: uploads }));
    },
  };
}

/** GraphQL merges fields with the same response key and runs them once. */
function responseKey(field: FieldNode): string {
  return field.alias?.value ?? field.name.value;
}

function uploadedTwice() {
  return new GatewayError(
    'BAD_USER_INPUT',
    'uploadPhoto may stand once in an operation: send one request for each photo.',
  );
}

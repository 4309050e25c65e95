import {
  Kind,
  type ASTVisitor,
  type FieldNode,
  type SelectionSetNode,
  type ValidationContext,
} from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { GatewayError } from '../errors.ts';
import { toGraphQLError } from '../graphql/errors.ts';

/** Refuses an operation in which `uploadPhoto` stands twice: aliases would turn one request into many charges. */
export function useSingleUpload(): Plugin {
  return {
    onValidate: ({ addValidationRule }) => addValidationRule(singleUploadRule),
  };
}

function singleUploadRule(context: ValidationContext): ASTVisitor {
  /** The fields at the root of an operation, those behind fragments included; a fragment is entered once. */
  function* rootFields(selectionSet: SelectionSetNode, entered: Set<string>): Generator<FieldNode> {
    for (const selection of selectionSet.selections) {
      if (selection.kind === Kind.FIELD) {
        yield selection;
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        yield* rootFields(selection.selectionSet, entered);
      } else if (!entered.has(selection.name.value)) {
        entered.add(selection.name.value);
        const fragment = context.getFragment(selection.name.value);
        if (fragment) yield* rootFields(fragment.selectionSet, entered);
      }
    }
  }

  return {
    OperationDefinition(operation) {
      const uploads = [...rootFields(operation.selectionSet, new Set())].filter(
        (field) => field.name.value === 'uploadPhoto',
      );
      if (new Set(uploads.map(responseKey)).size <= 1) return;
      context.reportError(toGraphQLError(uploadedTwice(), { nodes: uploads }));
    },
  };
}

/** Fields with one response key are merged and run once. */
function responseKey(field: FieldNode): string {
  return field.alias?.value ?? field.name.value;
}

function uploadedTwice() {
  return new GatewayError(
    'BAD_USER_INPUT',
    'uploadPhoto may stand once in an operation: send one request for each photo.',
  );
}

import {
  getOperationAST,
  Kind,
  OperationTypeNode,
  parse,
  type DocumentNode,
  type OperationDefinitionNode,
  type TypeNode,
} from 'graphql';

export interface UploadVariable {
  readonly name: string;
  readonly required: boolean;
}

/** Null for an invalid document. The server has to say what is wrong with it. */
export function parseDocument(query: string): DocumentNode | null {
  try {
    return parse(query);
  } catch {
    return null;
  }
}

/** The operation that would run: the only one, whatever its name, or the named one. */
export function selectOperation(
  document: DocumentNode | null | undefined,
  operationName: string | null | undefined,
): OperationDefinitionNode | null {
  if (!document) return null;
  // GraphiQL learns the name with a delay. Just after a change of tabs it reports that of the
  // previous tab.
  return getOperationAST(document) ?? getOperationAST(document, operationName) ?? null;
}

/** Whether an operation of the document changes something. */
export function holdsMutation(document: DocumentNode | null): boolean {
  return (document?.definitions ?? []).some(
    (one) => one.kind === Kind.OPERATION_DEFINITION && one.operation === OperationTypeNode.MUTATION,
  );
}

/** The variables of type `Upload` that an operation declares. */
export function uploadVariablesOf(
  operation: OperationDefinitionNode | null,
): readonly UploadVariable[] {
  return (operation?.variableDefinitions ?? [])
    .filter(({ type }) => isUpload(type))
    .map(({ variable, type }) => ({
      name: variable.name.value,
      required: type.kind === Kind.NON_NULL_TYPE,
    }));
}

function isUpload(type: TypeNode): boolean {
  if (type.kind === Kind.NON_NULL_TYPE) return isUpload(type.type);
  return type.kind === Kind.NAMED_TYPE && type.name.value === 'Upload';
}

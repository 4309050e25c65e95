import {
  Kind,
  specifiedRules,
  validate,
  type DocumentNode,
  type GraphQLError,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type OperationTypeNode,
  type ValidationRule,
} from 'graphql';
import type { EndedOperation } from '../../../telemetry/events.ts';
import { UPLOAD_FIELD } from '../upload-charge.ts';
import { costOf, type Cost } from './cost.ts';
import { fragmentsOf } from './parse-within-limits.ts';
import { rootFields } from './root-fields.ts';

/** A field at the root of an operation. */
export interface RootField {
  /** The name in the schema. */
  readonly name: string;
  /** The name in the result: the alias if there is one. */
  readonly key: string;
}

/** What is known about an operation before it runs, whatever its variables are. */
export interface AnalysedOperation {
  readonly node: OperationDefinitionNode;
  readonly type: OperationTypeNode;
  readonly fields: readonly RootField[];
  /** The names of `fields`, each once. */
  readonly fieldNames: readonly string[];
  /** Its type and `fieldNames`, as its span is named. */
  readonly name: string;
  /** How it ends without an error. */
  readonly succeeded: EndedOperation;
  readonly isUpload: boolean;
  /** 0 if the document is not valid. */
  readonly cost: Cost;
}

/** What is known about a document. It is found out once and kept with the document. */
export interface AnalysedDocument {
  readonly document: DocumentNode;
  /** In the order of the document. */
  readonly operations: readonly AnalysedOperation[];
  /** Why the document is not valid; empty if it is. */
  readonly errors: readonly GraphQLError[];
}

/** Validates a document that is within the limits, and looks at its operations. */
export function analyseDocument(
  schema: GraphQLSchema,
  document: DocumentNode,
  rules: readonly ValidationRule[],
): AnalysedDocument {
  const errors = validate(schema, document, [...specifiedRules, ...rules]);
  const fragments = fragmentsOf(document);

  function analyse(node: OperationDefinitionNode): AnalysedOperation {
    const found = [...rootFields(node.selectionSet, (name) => fragments.get(name))];
    const fields = found.map(({ name, alias }) => ({
      name: name.value,
      key: (alias ?? name).value,
    }));
    const type = node.operation;
    const fieldNames = [...new Set(fields.map((field) => field.name))];
    const name = `${type} ${fieldNames.join(' ')}`;
    const allOk = new Map(fieldNames.map((field) => [field, 'OK'] as const));
    return {
      node,
      type,
      fields,
      fieldNames,
      name,
      succeeded: { name, type, fields: allOk, code: 'OK', ran: true },
      isUpload: fieldNames.includes(UPLOAD_FIELD),
      cost: errors.length > 0 ? 0 : costOf({ schema, operation: node, fragments }),
    };
  }

  const operations = document.definitions.filter(
    (definition) => definition.kind === Kind.OPERATION_DEFINITION,
  );
  return { document, operations: operations.map(analyse), errors };
}

/** The operation of this name, or the only one if no name is given. Null if there is none. */
export function operationNamed(
  { operations }: AnalysedDocument,
  name: string | null | undefined,
): AnalysedOperation | null {
  const [first = null, second] = operations;
  if (name == null) return second === undefined ? first : null;
  return operations.find(({ node }) => node.name?.value === name) ?? null;
}

import type { IncomingHttpHeaders } from 'node:http';
import {
  getOperationAST,
  GraphQLError,
  Kind,
  type DefinitionNode,
  type DocumentNode,
  type OperationDefinitionNode,
} from 'graphql';
import { isMultipart } from '../transports/bodies/media-type.ts';
import { fragmentsOf } from './limits/parse-within-limits.ts';
import { rootFields } from './root-fields.ts';

const UPLOAD_FIELD = 'uploadPhoto';
const NAMES_UPLOAD = new RegExp(String.raw`\b${UPLOAD_FIELD}\b`);

/** An operation that was rejected before it ran. */
export interface RefusedOperation {
  readonly headers: IncomingHttpHeaders;
  /** The text of its document, or any other value if the request has none. */
  readonly text: unknown;
}

/**
 * Whether the rejected operation is an upload; every error of an upload says what it cost. It is one if it is
 * a form, which carries a file, or if its text names the field. A field name has only one spelling, so the
 * text is enough even if it cannot be parsed.
 */
export function isRefusedUpload({ headers, text }: RefusedOperation): boolean {
  return isMultipart(headers) || (typeof text === 'string' && NAMES_UPLOAD.test(text));
}

/**
 * Whether an error of an operation that ran belongs to `uploadPhoto` itself, or kept it from running, such as
 * a malformed variable. An error of a field of the returned photo does not count.
 */
export function isUploadError(
  { path, nodes }: GraphQLError,
  document: DocumentNode,
  operationName: string | null | undefined,
): boolean {
  if (path) {
    const [node] = nodes ?? [];
    return path.length === 1 && node?.kind === Kind.FIELD && node.name.value === UPLOAD_FIELD;
  }
  const operation = getOperationAST(document, operationName);
  const operations = operation ? [operation] : document.definitions.filter(isOperation);
  const fragments = fragmentsOf(document);
  return operations.some(({ selectionSet }) =>
    [...rootFields(selectionSet, (name) => fragments.get(name))].some(
      ({ name }) => name.value === UPLOAD_FIELD,
    ),
  );
}

/**
 * The error with `extensions.charged`, which says what the upload cost: its own value if it has one, else
 * `charged`.
 */
export function withCharge(error: GraphQLError, charged: false | null): GraphQLError {
  const { message, extensions } = error;
  if ('charged' in extensions) return error;
  return new GraphQLError(message, {
    nodes: error.nodes ?? null,
    source: error.source ?? null,
    positions: error.positions ?? null,
    path: error.path ?? null,
    originalError: error.originalError ?? null,
    extensions: { ...extensions, charged },
  });
}

function isOperation(definition: DefinitionNode): definition is OperationDefinitionNode {
  return definition.kind === Kind.OPERATION_DEFINITION;
}

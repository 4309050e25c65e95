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

/** What is known of an operation that was refused before it ran. */
export interface RefusedOperation {
  readonly headers: IncomingHttpHeaders;
  /** The text of its document; anything else where none came. */
  readonly text: unknown;
}

/**
 * Whether what was refused is an upload, whose every error says what it cost: a form, which brings a file, or
 * what names the field. A name has no other spelling, so that the text tells it where nothing can be parsed.
 */
export function isRefusedUpload({ headers, text }: RefusedOperation): boolean {
  return isMultipart(headers) || (typeof text === 'string' && NAMES_UPLOAD.test(text));
}

/**
 * Whether an error of an operation that ran is that of `uploadPhoto` itself or kept it from running, such as a
 * malformed variable; one of a field of the photo that it returned is not.
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

/** The error, which says in `extensions.charged` what the upload cost: what it says itself, else `charged`. */
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

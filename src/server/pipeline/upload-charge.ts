import { Kind, type GraphQLError } from 'graphql';
import { withExtensions } from './copy-error.ts';

/** The only field that costs something. */
export const UPLOAD_FIELD = 'uploadPhoto';
const NAMES_UPLOAD = new RegExp(String.raw`\b${UPLOAD_FIELD}\b`);

/** An operation that was rejected, as far as it was read. */
export interface UnreadOperation {
  /** Whether the request is a form. */
  readonly isForm: boolean;
  /** The text of its document, or any other value if the request has none. */
  readonly query?: unknown;
}

/**
 * Whether the rejected operation is an upload; every error of an upload says what it cost. It is one if it is
 * a form, which carries a file, or if its text names the field. A field name has only one spelling, so the
 * text is enough even if it cannot be parsed.
 */
export function isRefusedUpload({ isForm, query }: UnreadOperation): boolean {
  return isForm || (typeof query === 'string' && NAMES_UPLOAD.test(query));
}

/** The errors of a rejected operation. Those of an upload say that it cost nothing. */
export function withRefusedCharge(
  operation: UnreadOperation,
  errors: readonly GraphQLError[],
): readonly GraphQLError[] {
  return isRefusedUpload(operation) ? errors.map((error) => withCharge(error, false)) : errors;
}

/** Whether an error belongs to `uploadPhoto` itself, and not to a field of the returned photo. */
export function isOfUploadField({ path, nodes }: GraphQLError): boolean {
  const [node] = nodes ?? [];
  return path?.length === 1 && node?.kind === Kind.FIELD && node.name.value === UPLOAD_FIELD;
}

/**
 * The error with `extensions.charged`, which says what the upload cost: its own value if it has one, else
 * `charged`.
 */
export function withCharge(error: GraphQLError, charged: false | null): GraphQLError {
  return 'charged' in error.extensions
    ? error
    : withExtensions(error, { ...error.extensions, charged });
}

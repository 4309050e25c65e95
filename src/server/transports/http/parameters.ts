import { GatewayError } from '../../../common/errors.ts';
import { toGraphQLError } from '../../../graphql/errors.ts';
import { documentIdOf } from '../../pipeline/documents/document-id.ts';
import {
  noDocument,
  unregistered,
  type TrustedDocuments,
} from '../../pipeline/documents/trusted-documents.ts';
import { RefusedRequest } from '../bodies/refused-request.ts';
import { withHttp, type HttpExtension } from './http-extension.ts';

/** The parameters of a request as they came, which may be more than these. */
export interface GivenParameters {
  readonly query?: unknown;
  readonly operationName?: unknown;
  readonly variables?: unknown;
  readonly extensions?: unknown;
}

/** The parameters of an operation. */
export interface OperationParameters {
  readonly query: string;
  /** Null if none is given. */
  readonly operationName: string | null;
  readonly variables: Readonly<Record<string, unknown>> | null;
}

/**
 * The text of the trusted document that the parameters name instead of sending one. The name may be in the
 * `address` of the request too. Null if they send their document, or there are no trusted ones.
 * @throws RefusedRequest if no document is registered under that id, or none is sent and none is named.
 */
export function trustedTextOf(
  given: GivenParameters,
  trusted: TrustedDocuments | null,
  address: string,
): string | null {
  if (trusted === null || given.query) return null;
  const id = documentIdOf(given) ?? documentIdIn(address);
  if (id === null) throw refused(noDocument());
  const text = trusted.textOf(id);
  if (text === null) throw refused(unregistered());
  return text;
}

function refused({ code, message }: ReturnType<typeof unregistered>) {
  return new RefusedRequest(400, code, message);
}

function documentIdIn(address: string): string | null {
  const [, search] = address.split('?', 2);
  return search === undefined ? null : new URLSearchParams(search).get('documentId');
}

const EXPECTED: ReadonlySet<string> = new Set([
  'query',
  'variables',
  'operationName',
  'extensions',
]);

/** Parameters that name a trusted document, with its text. Nothing else that they hold counts. */
function withText({ operationName, variables, extensions }: GivenParameters, query: string) {
  return { query, operationName, variables, extensions };
}

/**
 * Checks the parameters of a request, as Yoga does and with the same messages.
 * @param trustedText See `trustedTextOf`.
 * @throws GraphQLError `BAD_USER_INPUT` with the status in its extension `http`.
 */
export function checkParameters(
  sent: GivenParameters,
  trustedText: string | null,
): OperationParameters {
  const given = trustedText === null ? sent : withText(sent, trustedText);
  const { query, variables, extensions, operationName } = given;
  for (const name in given) {
    if (!EXPECTED.has(name) && Reflect.get(given, name) != null) {
      throw malformed(`Unexpected parameter "${name}" in the request body.`, {});
    }
  }
  if (query == null) throw malformed('Must provide query string.', { spec: true, ...ALLOWED });
  if (typeof query !== 'string') {
    throw malformed(`Expected "query" param to be a string, but given ${kindOf(query)}.`, ALLOWED);
  }
  if (!isObjectOrNone(variables)) throw notObject('variables', variables);
  if (!isObjectOrNone(extensions)) throw notObject('extensions', extensions);
  return { query, operationName: nameOf(operationName), variables: variables ?? null };
}

const ALLOWED = { headers: { Allow: 'GET, POST' } };

/** Any other value names no operation. */
function nameOf(value: unknown): string | null {
  if (value == null) return null;
  return typeof value === 'string' ? value : '';
}

function notObject(name: string, value: unknown) {
  const message = `Expected "${name}" param to be empty or an object, but given ${kindOf(value)}.`;
  return malformed(message, ALLOWED);
}

function malformed(message: string, http: HttpExtension) {
  const error = toGraphQLError(new GatewayError('BAD_USER_INPUT', message));
  return withHttp(error, { status: 400, ...http });
}

function isObjectOrNone(
  value: unknown,
): value is Readonly<Record<string, unknown>> | null | undefined {
  return value == null || (typeof value === 'object' && !Array.isArray(value));
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

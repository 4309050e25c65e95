import { GatewayError } from '../../../common/errors.ts';
import { toGraphQLError } from '../../../graphql/errors.ts';
import type { NamedDocuments } from '../../pipeline/documents/named-documents.ts';
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
  readonly extensions: Readonly<Record<string, unknown>> | null;
}

/**
 * The text of the document that the parameters name instead of sending one. The name may be in the `address`
 * of the request too. Null if they send their document, or name none.
 * @throws GraphQLError with the status in its extension `http`: 400, or 200 for a persisted query that is not
 * known, as its clients expect.
 */
export function namedTextOf(
  given: GivenParameters,
  named: NamedDocuments,
  address: string,
): string | null {
  try {
    return named.textOf(given, searchOf(address));
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    throw withHttp(toGraphQLError(error), isUnknownHash(error) ? NOT_KEPT : { status: 400 });
  }
}

/** The client sends its text next, and then the answer to the same request is another. */
const NOT_KEPT = { status: 200, headers: { 'Cache-Control': 'no-store' } };

function isUnknownHash({ code }: GatewayError): boolean {
  return code === 'PERSISTED_QUERY_NOT_FOUND' || code === 'PERSISTED_QUERY_NOT_SUPPORTED';
}

function searchOf(address: string): URLSearchParams | undefined {
  const mark = address.indexOf('?');
  return mark < 0 ? undefined : new URLSearchParams(address.slice(mark));
}

const EXPECTED: ReadonlySet<string> = new Set([
  'query',
  'variables',
  'operationName',
  'extensions',
]);

/** Parameters that name a document, with its text. Nothing else that they hold counts. */
function withText({ operationName, variables, extensions }: GivenParameters, query: string) {
  return { query, operationName, variables, extensions };
}

/**
 * Checks the parameters of a request, as Yoga does and with the same messages.
 * @param namedText See `namedTextOf`.
 * @throws GraphQLError `BAD_USER_INPUT` with the status in its extension `http`.
 */
export function checkParameters(
  sent: GivenParameters,
  namedText: string | null,
): OperationParameters {
  const given = namedText === null ? sent : withText(sent, namedText);
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
  return {
    query,
    operationName: nameOf(operationName),
    variables: variables ?? null,
    extensions: extensions ?? null,
  };
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

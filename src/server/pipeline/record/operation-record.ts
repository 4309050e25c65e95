import { OperationTypeNode, type ExecutionResult, type GraphQLError } from 'graphql';
import type { EndedOperation, Transport } from '../../../telemetry/events.ts';
import type { OpenSpan } from '../../../telemetry/tracing.ts';
import type { AnalysedOperation } from '../documents/analyse-document.ts';
import { codeOf, type Stage } from './code-of.ts';

/**
 * What is known about the operation of one request, to be reported when the request has ended. Each subscriber
 * holds one, so it is only data: methods would need memory for each.
 */
export interface OperationRecord {
  readonly span: OpenSpan;
  transport: Transport;
  /** Identifies the request. Null until it has an id. */
  requestId: string | null;
  /** Null until it is known. */
  client: string | null;
  operation: AnalysedOperation | null;
  /** Whether a resolver has run. */
  ran: boolean;
  /** The code of the first error. */
  firstCode: string | null;
  /** The code of each root field that failed. */
  codes: Map<string, string> | null;
}

export function createOperationRecord(span: OpenSpan, transport: Transport): OperationRecord {
  return {
    span,
    transport,
    requestId: null,
    client: null,
    operation: null,
    ran: false,
    firstCode: null,
    codes: null,
  };
}

/**
 * Notes that `operation` of `client` is about to run. Its span gets the operation's name. A subscription's
 * transport is `streamTransport`.
 */
export function noteOperation(
  record: OperationRecord,
  operation: AnalysedOperation,
  client: string,
  streamTransport: Transport | null,
): void {
  const { span } = record;
  const { type, name, fieldNames } = operation;
  record.operation = operation;
  record.client = client;
  if (type === OperationTypeNode.SUBSCRIPTION) {
    record.transport = streamTransport ?? 'server-sent events';
  }
  span.rename(name);
  span.note({ 'graphql.operation.type': type, 'photo_gateway.fields': fieldNames });
}

/** Notes that the operation failed before it ran. */
export function noteFailure(record: OperationRecord, errors: readonly unknown[], stage: Stage) {
  for (const error of errors) noteCode(record, codeOf(error, stage), null);
}

/** Notes that the operation returned a result. A subscription returns several, one at a time. */
export function noteResult(
  record: OperationRecord,
  { data, errors }: Pick<ExecutionResult, 'data' | 'errors'>,
): void {
  // By GraphQL's specification, no resolver has run if there is no `data`.
  if (data !== undefined) record.ran = true;
  if (errors === undefined) return;
  for (const error of errors) {
    noteCode(record, codeOf(error, 'GRAPHQL_REQUEST_FAILED'), rootKeyOf(error));
  }
}

/** How the operation ended; null if there was none. */
export function endedOperation(record: OperationRecord): EndedOperation | null {
  const { operation, firstCode, codes, ran } = record;
  if (operation === null && firstCode === null) return null;
  // The most frequent end. Nothing is made for it.
  if (operation !== null && firstCode === null && ran) return operation.succeeded;
  const fields = new Map(
    (operation?.fieldNames ?? []).map((name) => [name, codes?.get(name) ?? 'OK'] as const),
  );
  const { name = '', type = null } = operation ?? {};
  return { name, type, fields, code: firstCode ?? 'OK', ran };
}

function noteCode(record: OperationRecord, code: string, field: string | null) {
  record.firstCode ??= code;
  const codes = (record.codes ??= new Map());
  const fields = record.operation?.fields ?? [];
  const concerned = fields.filter(({ key }) => field === null || key === field);
  for (const { name } of concerned) if (!codes.has(name)) codes.set(name, code);
}

function rootKeyOf({ path }: GraphQLError): string | null {
  const key = path?.[0];
  return key === undefined ? null : String(key);
}

import { OperationTypeNode, type ExecutionResult, type GraphQLError } from 'graphql';
import type { EndedOperation, Transport } from '../../../telemetry/events.ts';
import type { OpenSpan } from '../../../telemetry/tracing.ts';
import type { AnalysedOperation } from '../documents/analyse-document.ts';
import { codeOf, type Stage } from './code-of.ts';

/** Collects what is known about the operation of one request, to be reported when the request has ended. */
export interface OperationRecord {
  readonly span: OpenSpan;
  readonly transport: Transport;
  /** Identifies the request. Null until it has an id. */
  requestId: string | null;
  /** Null until it is known. */
  readonly client: string | null;
  /** The operation of `client` is about to run. Its span gets the operation's name. */
  identified(operation: AnalysedOperation, client: string): void;
  /** The operation failed before it ran. */
  failed(errors: readonly unknown[], stage: Stage): void;
  /** The operation returned a result. A subscription returns several, one at a time. */
  gave(result: Pick<ExecutionResult, 'data' | 'errors'>): void;
  /** How the operation ended; null if there was none. */
  ended(): EndedOperation | null;
}

export function createOperationRecord(span: OpenSpan, origin: Transport): OperationRecord {
  let transport = origin;
  let client: string | null = null;
  let known: AnalysedOperation | null = null;
  let firstCode: string | null = null;
  let ran = false;
  let codes: Map<string, string> | null = null;

  function note(code: string, field: string | null) {
    firstCode ??= code;
    codes ??= new Map();
    const concerned = known?.fields.filter(({ key }) => field === null || key === field) ?? [];
    for (const { name } of concerned) if (!codes.has(name)) codes.set(name, code);
  }

  function identified(operation: AnalysedOperation, by: string) {
    known = operation;
    client = by;
    const { type, fieldNames } = operation;
    if (type === OperationTypeNode.SUBSCRIPTION && origin === 'http')
      transport = 'server-sent events';
    span.rename(`${type} ${fieldNames.join(' ')}`);
    span.note({ 'graphql.operation.type': type, 'photo_gateway.fields': fieldNames });
  }

  function gave({ data, errors }: Pick<ExecutionResult, 'data' | 'errors'>) {
    // By GraphQL's specification, no resolver has run if there is no `data`.
    if (data !== undefined) ran = true;
    if (errors === undefined) return;
    for (const error of errors) note(codeOf(error, 'GRAPHQL_REQUEST_FAILED'), rootKeyOf(error));
  }

  function ended(): EndedOperation | null {
    if (known === null && firstCode === null) return null;
    const fields = new Map(
      (known?.fieldNames ?? []).map((name) => [name, codes?.get(name) ?? 'OK'] as const),
    );
    return { type: known?.type ?? null, fields, code: firstCode ?? 'OK', ran };
  }

  return {
    span,
    requestId: null,
    get transport() {
      return transport;
    },
    get client() {
      return client;
    },
    identified,
    failed(errors, stage) {
      for (const error of errors) note(codeOf(error, stage), null);
    },
    gave,
    ended,
  };
}

function rootKeyOf({ path }: GraphQLError): string | null {
  const key = path?.[0];
  return key === undefined ? null : String(key);
}

import type { ExecutionResult, GraphQLError, OperationTypeNode } from 'graphql';
import type { EndedOperation, Transport } from '../../../telemetry/events.ts';
import type { OpenSpan } from '../../../telemetry/tracing.ts';
import { codeOf, type Stage } from './code-of.ts';

/** A field at the root of an operation. */
export interface RootField {
  /** The name in the schema. */
  readonly name: string;
  /** The name in the result: the alias if there is one. */
  readonly key: string;
}

/** An operation that is about to run. */
export interface KnownOperation {
  readonly type: OperationTypeNode;
  readonly fields: readonly RootField[];
  readonly client: string;
}

/** Collects what is known about the operation of one request, to be reported when the request has ended. */
export interface OperationRecord {
  readonly span: OpenSpan;
  readonly transport: Transport;
  /** Null until it is known. */
  readonly client: string | null;
  /** The operation is about to run. Its span gets the operation's name. */
  identified(operation: KnownOperation, transport: Transport): void;
  /** The operation failed before it ran. */
  failed(errors: readonly unknown[], stage: Stage): void;
  /** The operation returned a result. A subscription returns several, one at a time. */
  gave(result: Pick<ExecutionResult, 'data' | 'errors'>): void;
  /** How the operation ended; null if there was none. */
  ended(): EndedOperation | null;
}

export function createOperationRecord(span: OpenSpan, origin: Transport): OperationRecord {
  let transport = origin;
  let known: KnownOperation | null = null;
  let firstCode: string | null = null;
  let ran = false;
  const codes = new Map<string, string>();

  function note(code: string, field: string | null) {
    firstCode ??= code;
    const concerned = known?.fields.filter(({ key }) => field === null || key === field) ?? [];
    for (const { name } of concerned) if (!codes.has(name)) codes.set(name, code);
  }

  function identified(operation: KnownOperation, by: Transport) {
    known = operation;
    transport = by;
    const names = [...new Set(operation.fields.map(({ name }) => name))];
    span.rename(`${operation.type} ${names.join(' ')}`);
    span.note({ 'graphql.operation.type': operation.type, 'photo_gateway.fields': names });
  }

  function gave({ data, errors = [] }: Pick<ExecutionResult, 'data' | 'errors'>) {
    // By GraphQL's specification, no resolver has run if there is no `data`.
    if (data !== undefined) ran = true;
    for (const error of errors) note(codeOf(error, 'GRAPHQL_REQUEST_FAILED'), rootKeyOf(error));
  }

  function ended(): EndedOperation | null {
    if (known === null && firstCode === null) return null;
    const fields = new Map(
      (known?.fields ?? []).map(({ name }) => [name, codes.get(name) ?? 'OK'] as const),
    );
    return { type: known?.type ?? null, fields, code: firstCode ?? 'OK', ran };
  }

  return {
    span,
    get transport() {
      return transport;
    },
    get client() {
      return known?.client ?? null;
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

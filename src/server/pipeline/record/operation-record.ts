import type { ExecutionResult, GraphQLError, OperationTypeNode } from 'graphql';
import type { EndedOperation, Transport } from '../../../telemetry/events.ts';
import type { OpenSpan } from '../../../telemetry/tracing.ts';
import { codeOf, type Stage } from './code-of.ts';

/** A field at the root of an operation. */
export interface RootField {
  /** In the schema. */
  readonly name: string;
  /** In the result: its alias, where it has one. */
  readonly key: string;
}

/** What an operation is, once it is about to run. */
export interface KnownOperation {
  readonly type: OperationTypeNode;
  readonly fields: readonly RootField[];
  readonly client: string;
}

/** What is found out about the operation of one request on its way, to be told when the request is over. */
export interface OperationRecord {
  readonly span: OpenSpan;
  readonly transport: Transport;
  /** Null until it is known. */
  readonly client: string | null;
  /** It is about to run. Its span is named after it. */
  identified(operation: KnownOperation, transport: Transport): void;
  /** It has failed before it ran. */
  failed(errors: readonly unknown[], stage: Stage): void;
  /** It has given a result; those of a subscription come one by one. */
  gave(result: Pick<ExecutionResult, 'data' | 'errors'>): void;
  /** How it ended; null where nobody has asked for one. */
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
    // Without `data`, as GraphQL's specification has it, no resolver has run.
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

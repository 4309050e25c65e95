import { randomUUID } from 'node:crypto';
import type { ExecutionArgs, ExecutionResult, GraphQLError } from 'graphql';
import type { OperationResult, SubscribePayload } from 'graphql-ws';
import { toGraphQLError } from '../../graphql/errors.ts';
import type { Telemetry } from '../../telemetry/telemetry.ts';
import type { AdmittedClient, Sender } from '../admission/authenticator.ts';
import type { LoadGauge } from '../admission/load-gauge.ts';
import { overloaded } from '../admission/overloaded.ts';
import type { RequestLimits } from '../admission/traffic/request-limits.ts';
import { documentIdOf } from '../pipeline/documents/document-id.ts';
import { unregistered, type TrustedDocuments } from '../pipeline/documents/trusted-documents.ts';
import type { RefusedOperation } from '../pipeline/operation-request.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { createOperationRecord, endedOperation } from '../pipeline/record/operation-record.ts';
import { refuse } from '../pipeline/refuse.ts';
import type { Connection } from './web-socket-connection.ts';

/** The operations of WebSockets, in the two steps in which graphql-ws runs them. */
export interface SocketOperations {
  /** Begins an operation. Returns what `run` takes, or why the operation is rejected. */
  begin(connection: Connection, payload: SubscribePayload): ExecutionArgs | readonly GraphQLError[];
  run(begun: ExecutionArgs): OperationResult;
}

export interface SocketOperationsOptions {
  readonly pipeline: Pipeline;
  /** Documents that clients may name by id. Null if there are none. */
  readonly trusted: TrustedDocuments | null;
  readonly load: Pick<LoadGauge, 'overloaded'>;
  /** The limits that count each operation. */
  readonly limits: Pick<RequestLimits, 'operationOfAddress' | 'operationOfClient'>;
  readonly telemetry: Pick<Telemetry, 'tracing' | 'requestEnded'>;
}

type Run = () => Promise<ExecutionResult | AsyncIterable<ExecutionResult>>;

export function createSocketOperations(options: SocketOperationsOptions): SocketOperations {
  const { pipeline, trusted, load, limits, telemetry } = options;
  const begun = new WeakMap<ExecutionArgs, Run>();

  /** Begins the record of an operation, which is reported when `end` is called. */
  function observe(requestId: string, { trace }: Connection) {
    const startedAtMs = performance.now();
    const span = telemetry.tracing.begin('websocket', { 'http.route': '/graphql' }, trace);
    const record = createOperationRecord(span, 'websocket');

    function end() {
      const operation = endedOperation(record);
      telemetry.requestEnded({
        requestId,
        traceId: span.traceId,
        route: 'graphql',
        transport: 'websocket',
        status: null,
        durationMs: performance.now() - startedAtMs,
        client: record.client,
        operation,
        isForm: false,
      });
      span.end(operation === null || operation.code === 'OK' ? undefined : operation.code);
    }

    return { record, end };
  }

  /** Why an operation may not begin, or null. */
  function tooMany({ address }: Sender, { rateLimitKey }: AdmittedClient) {
    const refusal = limits.operationOfAddress(address) ?? limits.operationOfClient(rateLimitKey);
    return load.overloaded ? overloaded() : refusal;
  }

  /** A message must have a text. The text is empty if the document is named by its id. */
  function textOf(payload: SubscribePayload): string | null {
    const id = payload.query === '' ? documentIdOf(payload) : null;
    return id === null ? payload.query : (trusted?.textOf(id) ?? null);
  }

  function begin(connection: Connection, payload: SubscribePayload) {
    const { client, sender } = connection;
    if (client === null) throw new Error('An operation came before its connection was let in');
    const requestId = randomUUID();
    const { record, end } = observe(requestId, connection);
    const query = textOf(payload);
    const request = {
      requestId,
      query: query ?? '',
      operationName: payload.operationName,
      variables: payload.variables,
      client,
      record,
      isForm: false,
      isSafe: false,
      takesStream: true,
      // The whole connection is closed then.
      tellsSessionEnd: false,
      idempotencyKey: () => null,
      signal: () => undefined,
      onStreamEnd: end,
    };

    function refused({ errors }: RefusedOperation) {
      end();
      return errors;
    }

    const refusal = tooMany(sender, client) ?? (query === null ? unregistered() : null);
    if (refusal !== null) return refused(refuse(request, 'traffic', [toGraphQLError(refusal)]));
    const prepared = pipeline.prepare(request);
    if ('refused' in prepared) return refused(prepared);

    const { document } = prepared.document;
    const args = { schema: pipeline.schema, document, operationName: request.operationName };
    begun.set(args, async () => {
      const outcome = await pipeline.run(request, prepared);
      if ('results' in outcome) return outcome.results;
      end();
      return 'refused' in outcome ? { errors: outcome.errors } : outcome.result;
    });
    return args;
  }

  return {
    begin,
    run(args) {
      const run = begun.get(args);
      if (!run) throw new Error('The operation was not begun');
      // The arguments are kept as long as a subscription, and what it needed to begin would be too.
      begun.delete(args);
      return run();
    },
  };
}

import { randomUUID } from 'node:crypto';
import type { GraphQLError } from 'graphql';
import type { SubscribePayload } from 'graphql-ws';
import { GatewayError } from '../../common/errors.ts';
import { toGraphQLError } from '../../graphql/errors.ts';
import type { Telemetry } from '../../telemetry/telemetry.ts';
import type { AdmittedClient, Sender } from '../admission/authenticator.ts';
import type { LoadGauge } from '../admission/load-gauge.ts';
import { overloaded } from '../admission/overloaded.ts';
import type { RequestLimits } from '../admission/traffic/request-limits.ts';
import type { NamedDocuments } from '../pipeline/documents/named-documents.ts';
import type { RefusedOperation } from '../pipeline/operation-request.ts';
import type { Outcome, Pipeline } from '../pipeline/pipeline.ts';
import { createOperationRecord, endedOperation } from '../pipeline/record/operation-record.ts';
import { refuse } from '../pipeline/refuse.ts';
import type { Connection } from './web-socket-connection.ts';

/** What an operation over WebSocket returned: its results, or the errors for which it did not begin. */
export type SocketOutcome =
  Exclude<Outcome, RefusedOperation> | { readonly errors: readonly GraphQLError[] };

/** The operations of WebSockets. */
export interface SocketOperations {
  run(
    connection: Connection,
    client: AdmittedClient,
    payload: SubscribePayload,
  ): Promise<SocketOutcome>;
}

export interface SocketOperationsOptions {
  readonly pipeline: Pipeline;
  /** Documents that clients may name instead of sending them. */
  readonly named: NamedDocuments;
  readonly load: Pick<LoadGauge, 'overloaded'>;
  /** The limits that count each operation. */
  readonly limits: Pick<RequestLimits, 'operationOfAddress' | 'operationOfClient'>;
  readonly telemetry: Pick<Telemetry, 'tracing' | 'requestEnded'>;
}

export function createSocketOperations(options: SocketOperationsOptions): SocketOperations {
  const { pipeline, named, load, limits, telemetry } = options;

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

  /**
   * The text of the document, or why there is none. A message must have a text, which is empty if the
   * document is named.
   */
  function textOf(payload: SubscribePayload): string | GatewayError {
    try {
      return named.textOf(payload) ?? payload.query;
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      return error;
    }
  }

  async function run(
    connection: Connection,
    client: AdmittedClient,
    payload: SubscribePayload,
  ): Promise<SocketOutcome> {
    // Node joins it from pieces, which a subscription would keep as long as it lasts: ten times its length.
    const requestId = randomUUID().toWellFormed();
    const { record, end } = observe(requestId, connection);
    const text = textOf(payload);
    const request = {
      requestId,
      query: typeof text === 'string' ? text : '',
      operationName: payload.operationName,
      variables: payload.variables,
      client,
      record,
      isForm: false,
      isSafe: false,
      streamTransport: 'websocket' as const,
      // The whole connection is closed then.
      tellsSessionEnd: false,
      idempotencyKey: () => null,
      signal: () => undefined,
      onStreamEnd: end,
    };

    function refused({ errors }: RefusedOperation) {
      end();
      return { errors };
    }

    const refusal = tooMany(connection.sender, client) ?? (typeof text === 'string' ? null : text);
    if (refusal !== null) return refused(refuse(request, 'traffic', [toGraphQLError(refusal)]));
    const prepared = pipeline.prepare(request);
    if ('refused' in prepared) return refused(prepared);

    const outcome = await pipeline.run(request, prepared);
    if ('results' in outcome) return outcome;
    end();
    return 'refused' in outcome ? { result: { errors: outcome.errors } } : outcome;
  }

  return { run };
}

import type { IncomingMessage } from 'node:http';
import type { Telemetry } from '../../../telemetry/telemetry.ts';
import type { RequestObserver } from './observe-requests.ts';
import { createOperationRecord, type OperationRecord } from './operation-record.ts';

/** What is known of every operation from the start, on every transport. */
export interface OperationOrigin {
  readonly req: IncomingMessage;
  readonly requestId: string;
}

/** An operation that is running. */
export interface RunningOperation {
  readonly record: OperationRecord;
  /**
   * Reports the end of the operation if nothing else does. That is the case over WebSocket, where one request
   * serves all operations of a connection. Further calls do nothing.
   */
  readonly end: () => void;
}

/** Finds a running operation by its context, which stays the same from its start to its end. */
export interface RunningOperations {
  begin(context: OperationOrigin): void;
  of(context: object): RunningOperation;
}

export interface RunningOperationsOptions {
  readonly telemetry: Telemetry;
  readonly requests: Pick<RequestObserver, 'recordOf'>;
}

export function createRunningOperations(options: RunningOperationsOptions): RunningOperations {
  const { telemetry, requests } = options;
  const operations = new WeakMap<object, RunningOperation>();

  function operationOf(origin: OperationOrigin): RunningOperation {
    // Yoga's types promise a request; an operation that came over WebSocket has none.
    const record = 'request' in origin ? requests.recordOf(origin.req) : null;
    return record === null ? socketOperation(origin) : { record, end: () => undefined };
  }

  function socketOperation({ req, requestId }: OperationOrigin): RunningOperation {
    const startedAtMs = performance.now();
    const span = telemetry.tracing.begin('websocket', { 'http.route': '/graphql' }, req);
    const record = createOperationRecord(span, 'websocket');
    let isOver = false;

    function end() {
      if (isOver) return;
      isOver = true;
      const operation = record.ended();
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

  return {
    begin: (context) => void operations.set(context, operationOf(context)),
    of(context) {
      const operation = operations.get(context);
      if (!operation) throw new Error('An operation came that was not begun');
      return operation;
    },
  };
}

import type { IncomingMessage } from 'node:http';
import type { Telemetry } from '../../../telemetry/telemetry.ts';
import type { RequestObserver } from './observe-requests.ts';
import { createOperationRecord, type OperationRecord } from './operation-record.ts';

/** What every operation has before anything is known of it, whichever transport it came by. */
export interface OperationOrigin {
  readonly req: IncomingMessage;
  readonly requestId: string;
}

/** An operation on its way. */
export interface RunningOperation {
  readonly record: OperationRecord;
  /**
   * Tells that it is over, where nothing else will: over WebSocket, which has one request for all the operations
   * of a connection. A second time it does nothing.
   */
  readonly end: () => void;
}

/** Operations by the context that goes with each from its beginning to its end. */
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

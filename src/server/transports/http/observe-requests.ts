import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { EndedOperation, Route } from '../../../telemetry/events.ts';
import { noTracing } from '../../../telemetry/no-telemetry.ts';
import type { Telemetry } from '../../../telemetry/telemetry.ts';
import {
  createOperationRecord,
  endedOperation,
  type OperationRecord,
} from '../../pipeline/record/operation-record.ts';
import { isMultipart } from '../bodies/media-type.ts';
import { routeOf } from './route-of.ts';

/** Handles a request, whose operation is to be noted in the record. */
export type ObservedListener = (
  req: IncomingMessage,
  res: ServerResponse,
  record: OperationRecord,
) => void;

/** Observes every HTTP request, from its head to the last byte of its response, and reports it then. */
export function observing(telemetry: Telemetry, listener: ObservedListener): RequestListener {
  return (req, res) => {
    const startedAtMs = performance.now();
    const route = routeOf(req);
    // Nobody needs traces of health checks.
    const tracing = route === 'graphql' ? telemetry.tracing : noTracing;
    const span = tracing.begin(`${req.method} /graphql`, requestAttributes(req), req);
    const record = createOperationRecord(span, 'http');
    const isForm = isMultipart(req.headers);

    res.on('close', () => {
      const status = res.headersSent ? res.statusCode : null;
      const operation = endOf(record, route, status);
      telemetry.requestEnded({
        requestId: record.requestId,
        traceId: span.traceId,
        route,
        transport: record.transport,
        status,
        durationMs: performance.now() - startedAtMs,
        client: record.client,
        operation,
        isForm,
      });
      if (status !== null) span.note({ 'http.response.status_code': status });
      span.end(failureOf(operation, status));
    });
    span.run(() => listener(req, res, record));
  };
}

/** The codes of requests that are rejected before anything is read: only the status tells why. */
const REFUSALS: ReadonlyMap<number | null, string> = new Map([
  [401, 'UNAUTHENTICATED'],
  [403, 'FORBIDDEN'],
  [429, 'RATE_LIMITED'],
  // For an operation, 503 means that the event loop is overloaded.
  [503, 'RATE_LIMITED'],
]);

function endOf(
  record: OperationRecord,
  route: Route,
  status: number | null,
): EndedOperation | null {
  const operation = endedOperation(record);
  const code = REFUSALS.get(status);
  if (route !== 'graphql' || operation !== null || code === undefined) return operation;
  return { name: '', type: null, fields: new Map(), code, ran: false };
}

function failureOf(operation: EndedOperation | null, status: number | null): string | undefined {
  if (status === null && operation?.type !== 'subscription') return 'CLIENT_LEFT';
  if (operation !== null && operation.code !== 'OK') return operation.code;
  return status !== null && status >= 500 ? `HTTP_${status}` : undefined;
}

function requestAttributes({ method = '' }: IncomingMessage) {
  return { 'http.request.method': method, 'http.route': '/graphql' };
}

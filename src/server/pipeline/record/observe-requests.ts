import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { EndedOperation, Route } from '../../../telemetry/events.ts';
import { noTracing } from '../../../telemetry/no-telemetry.ts';
import type { Telemetry } from '../../../telemetry/telemetry.ts';
import { isMultipart } from '../../transports/bodies/media-type.ts';
import { createOperationRecord, type OperationRecord } from './operation-record.ts';
import { routeOf } from './route-of.ts';

/** Observes every HTTP request, from its head to the last byte of its response. */
export interface RequestObserver {
  /** Wraps `listener`, and reports each request when it has ended. */
  observing(listener: RequestListener): RequestListener;
  /** The operation record of `request`; null if it is not observed. */
  recordOf(request: IncomingMessage): OperationRecord | null;
}

export function createRequestObserver({ telemetry }: { readonly telemetry: Telemetry }) {
  const records = new WeakMap<IncomingMessage, OperationRecord>();

  function observe(req: IncomingMessage, res: ServerResponse): OperationRecord {
    const startedAtMs = performance.now();
    const route = routeOf(req);
    // Nobody needs traces of health checks.
    const tracing = route === 'graphql' ? telemetry.tracing : noTracing;
    const span = tracing.begin(`${req.method} /graphql`, requestAttributes(req), req);
    const record = createOperationRecord(span, 'http');
    records.set(req, record);

    res.once('close', () => {
      const status = res.headersSent ? res.statusCode : null;
      const operation = endOf(record, route, status);
      telemetry.requestEnded({
        requestId: requestIdOf(res),
        traceId: span.traceId,
        route,
        transport: record.transport,
        status,
        durationMs: performance.now() - startedAtMs,
        client: record.client,
        operation,
        isForm: isMultipart(req.headers),
      });
      if (status !== null) span.note({ 'http.response.status_code': status });
      span.end(failureOf(operation, status));
    });
    return record;
  }

  const observer: RequestObserver = {
    observing: (listener) => (req, res) => observe(req, res).span.run(() => listener(req, res)),
    recordOf: (request) => records.get(request) ?? null,
  };
  return observer;
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
  const operation = record.ended();
  const code = REFUSALS.get(status);
  if (route !== 'graphql' || operation !== null || code === undefined) return operation;
  return { type: null, fields: new Map(), code, ran: false };
}

function failureOf(operation: EndedOperation | null, status: number | null): string | undefined {
  if (status === null && operation?.type !== 'subscription') return 'CLIENT_LEFT';
  if (operation !== null && operation.code !== 'OK') return operation.code;
  return status !== null && status >= 500 ? `HTTP_${status}` : undefined;
}

function requestAttributes({ method = '' }: IncomingMessage) {
  return { 'http.request.method': method, 'http.route': '/graphql' };
}

function requestIdOf(res: ServerResponse): string | null {
  const header = res.getHeader('X-Request-Id');
  return typeof header === 'string' ? header : null;
}

import type { Log } from '../common/log.ts';
import type { EndedRequest, EndedUpload, Events, Route } from './events.ts';
import { createRepetitions } from './repetitions.ts';

type LoggedEvents = Pick<Events, 'requestEnded' | 'uploadEnded' | 'providerFailed'>;

/** Routes that machines request every few seconds, or that a page requests for its dozens of files. */
const FREQUENT_ROUTES: ReadonlySet<Route> = new Set(['health', 'ready', 'metrics', 'pages']);

/**
 * Writes one line per request, one per upload with what it cost, and one per kind of provider failure,
 * repeated at most every ten seconds.
 */
export function createLogLines(log: Log, traceId: () => string | null): LoggedEvents {
  const failures = createRepetitions();

  return {
    providerFailed(call) {
      const { endpoint, code, errno, cause } = call;
      const kind = [endpoint, code, errno, cause?.code, cause?.httpStatus].join(' ');
      const before = failures.next(kind);
      const line = { ...traceOf(traceId()), ...call };
      // Thousands of photos may be polled while the provider is down.
      if (before === null) log.debug(line, FAILED_CALL);
      else log.warn({ ...line, untold: before }, FAILED_CALL);
    },
    requestEnded(request) {
      const { operation, durationMs } = request;
      const line = {
        requestId: request.requestId,
        ...traceOf(request.traceId),
        client: request.client,
        route: request.route,
        transport: request.transport,
        operation: operation?.type ?? null,
        fields: operation === null ? [] : [...operation.fields.keys()],
        code: operation?.code ?? null,
        status: request.status,
        durationMs: rounded(durationMs),
      };
      log[levelOf(request)](line, sentenceOf(request));
    },
    uploadEnded(upload) {
      const { durationMs, ...rest } = upload;
      const line = { ...traceOf(traceId()), ...rest, durationMs: rounded(durationMs) };
      log[upload.cost === 'unknown' ? 'warn' : 'info'](line, UPLOADS[upload.cost]);
    },
  };
}

const FAILED_CALL = 'A call to the provider failed';

const UPLOADS: Readonly<Record<EndedUpload['cost'], string>> = {
  charged: 'An upload was charged',
  deduplicated: 'An upload got the photo of an earlier one with its idempotency key',
  nothing: 'An upload failed and was not charged',
  unknown: 'The cost of an upload is unknown: it may have been charged',
};

function levelOf({ route, status, operation }: EndedRequest): 'debug' | 'info' | 'warn' {
  if (operation?.code === 'INTERNAL_SERVER_ERROR') return 'warn';
  // While the gateway drains, 503 is the intended response.
  if (FREQUENT_ROUTES.has(route)) return 'debug';
  return status !== null && status >= 500 ? 'warn' : 'info';
}

function sentenceOf({ status, transport }: EndedRequest): string {
  if (transport === 'websocket') return 'An operation over WebSocket has ended';
  return status === null ? 'A client disconnected before its response' : 'A request was answered';
}

function traceOf(traceId: string | null) {
  return traceId === null ? {} : { traceId };
}

function rounded(durationMs: number): number {
  return Math.round(durationMs * 10) / 10;
}

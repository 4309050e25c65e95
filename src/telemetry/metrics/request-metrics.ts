import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { EndedRequest, Events } from '../events.ts';

export interface RequestMetrics extends Pick<
  Events,
  'requestEnded' | 'subscriberJoined' | 'subscriberLeft'
> {
  /** Counts the requests that have ended and are not counted yet. Call it before the metrics are read. */
  readonly countEnded: () => void;
}

/** Requests are counted together: one alone finds none of the code in the processor's caches, and takes four times as long. */
const COUNTED_TOGETHER = 16;

/** Buckets in seconds, from answers out of memory to the length of a subscription. */
const DURATIONS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600];

/**
 * Requests and operations of clients. Labels are names of the schema and codes of the contract. The name that
 * a client gives its operation can be any text, and each would be a time series for ever. So would the names
 * of clients, if tokens admit whoever the issuer knows; those are in the log.
 */
export function createRequestMetrics(registry: Registry): RequestMetrics {
  const registers = [registry];
  const requests = new Counter({
    name: 'photo_gateway_http_requests_total',
    help: 'HTTP requests answered, by route and status. Status 5xx on graphql means that the gateway itself is in trouble: look into its log. "none" is a client that disconnected before the response.',
    labelNames: ['route', 'status'],
    registers,
  });
  const operations = new Counter({
    name: 'photo_gateway_operations_total',
    help: 'GraphQL operations that ended, on all transports, by root field and by the code of the error contract ("OK" without error). An operation with several root fields counts once for each. One that was rejected before its fields were known has the field "none". Alert on INTERNAL_SERVER_ERROR, and on UPSTREAM_ codes that stay.',
    labelNames: ['type', 'field', 'code'],
    registers,
  });
  const durations = new Histogram({
    name: 'photo_gateway_operation_duration_seconds',
    help: 'From the request to the last byte of its response. For a subscription: how long its stream was open. For uploadPhoto it depends mostly on the speed of the client: see photo_gateway_provider_call_duration_seconds for the provider.',
    labelNames: ['type', 'field'],
    buckets: DURATIONS,
    registers,
  });
  const subscribers = new Gauge({
    name: 'photo_gateway_subscribers',
    help: 'Open subscriptions, by transport. If it only grows, there is a leak, or clients never leave.',
    labelNames: ['transport'],
    registers,
  });
  for (const transport of ['server-sent events', 'multipart', 'websocket', 'callback'])
    subscribers.set({ transport }, 0);

  function countOperation({ operation, durationMs }: EndedRequest) {
    if (operation === null) return;
    const type = operation.type ?? 'none';
    const fields = operation.type === null ? [['none', operation.code] as const] : operation.fields;
    for (const [field, code] of fields) {
      operations.inc({ type, field, code });
      durations.observe({ type, field }, durationMs / 1000);
    }
  }

  function count(request: EndedRequest) {
    const { route, status, transport } = request;
    if (transport !== 'websocket') requests.inc({ route, status: status ?? 'none' });
    countOperation(request);
  }

  let ended: EndedRequest[] = [];
  function countEnded() {
    const counted = ended;
    ended = [];
    for (const request of counted) count(request);
  }

  return {
    requestEnded(request) {
      ended.push(request);
      if (ended.length >= COUNTED_TOGETHER) countEnded();
    },
    countEnded,
    subscriberJoined: (transport) => subscribers.inc({ transport }),
    subscriberLeft: (transport) => subscribers.dec({ transport }),
  };
}

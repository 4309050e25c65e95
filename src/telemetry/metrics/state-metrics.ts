import { Counter, Gauge, type Registry } from 'prom-client';

/** The state of the store, the provider and the archive at one moment. */
export interface ObservedState {
  readonly store: 'answering' | 'failing';
  readonly provider: 'answering' | 'probing' | 'silent';
  /** Null if finished pictures are left at the provider. */
  readonly archive: {
    readonly status: 'working' | 'failing';
    readonly backlog: number;
    readonly archived: number;
    readonly lost: number;
    /** Null if pictures are not kept as they were uploaded. */
    readonly originals: { readonly kept: number; readonly missed: number } | null;
  } | null;
  /** Null for a gateway that works alone. */
  readonly fleet: { readonly livingNodes: number; readonly photosWaiting: number } | null;
  /** Null while the store does not answer. @default no webhooks are sent */
  readonly webhooks?: { readonly waiting: number; readonly oldestMs: number | null } | null;
}

/** The provider's states by the names of circuit breaker states, which operators know. */
const CIRCUIT_STATES = { answering: 'closed', probing: 'half_open', silent: 'open' } as const;

/** Sets the metrics from a state. Call the result before each time they are read. */
export function createStateMetrics(registry: Registry): (state: ObservedState) => void {
  const registers = [registry];
  const store = new Gauge({
    name: 'photo_gateway_store_up',
    help: 'Whether the store answers. If it is 0, /ready answers 503 and nothing can be uploaded: look at the disk of DATA_DIR.',
    registers,
  });
  const circuit = new Gauge({
    name: 'photo_gateway_provider_circuit_state',
    help: '1 for the state that the circuit to the provider is in, 0 for the others. Open: the provider does not answer, and calls are refused until a probe succeeds.',
    labelNames: ['state'],
    registers,
  });
  const up = new Gauge({
    name: 'photo_gateway_archive_up',
    help: 'Whether the archive could be written to at the last try; NaN if there is no archive. If it is 0, pictures are lost an hour after they are ready: make room, or repair it.',
    registers,
  });
  const backlog = new Gauge({
    name: 'photo_gateway_archive_backlog',
    help: 'Finished pictures that are not in the archive yet, in a fleet those of all gateways. If it only grows, pictures will be lost.',
    registers,
  });
  const kept = new Counter({
    name: 'photo_gateway_archive_kept_total',
    help: 'Finished pictures that were stored in the archive.',
    registers,
  });
  const lost = new Counter({
    name: 'photo_gateway_archive_lost_total',
    help: 'Finished pictures that the provider deleted before they were in the archive: paid, and gone. Each has a log line at level error.',
    registers,
  });
  const originalsKept = new Counter({
    name: 'photo_gateway_originals_kept_total',
    help: 'Pictures that were kept in the archive as they were uploaded.',
    registers,
  });
  const originalsMissed = new Counter({
    name: 'photo_gateway_originals_missed_total',
    help: 'Pictures that could not be kept as they were uploaded, because the disk or the archive did not take them in time. Their uploads went on. The log tells why.',
    registers,
  });

  const nodes = new Gauge({
    name: 'photo_gateway_fleet_nodes',
    help: 'Gateways of the fleet that live, as this one saw it last; NaN for a gateway that works alone. If it is less than the number of gateways that you run, one is gone or has lost the database.',
    registers,
  });
  const waiting = new Gauge({
    name: 'photo_gateway_fleet_photos_waiting',
    help: 'Photos of the whole fleet to be polled that no gateway has taken; NaN for a gateway that works alone. If it stays above 0, no gateway takes photos.',
    registers,
  });

  const webhooksWaiting = new Gauge({
    name: 'photo_gateway_webhooks_waiting',
    help: 'Webhooks that wait for their first or next attempt, in a fleet those of all gateways; NaN where none are sent. If it only grows, a receiver does not answer, or answers too slowly: `npm run webhooks -- list` shows which.',
    registers,
  });
  const webhookAge = new Gauge({
    name: 'photo_gateway_webhook_oldest_seconds',
    help: 'The age of the oldest event that waits to be sent as a webhook; NaN where none are sent.',
    registers,
  });

  return ({ store: storeState, provider, archive, fleet, webhooks = null }) => {
    store.set(storeState === 'answering' ? 1 : 0);
    for (const state of Object.values(CIRCUIT_STATES)) {
      circuit.set({ state }, state === CIRCUIT_STATES[provider] ? 1 : 0);
    }
    up.set(archive === null ? Number.NaN : Number(archive.status === 'working'));
    backlog.set(archive?.backlog ?? 0);
    nodes.set(fleet?.livingNodes ?? Number.NaN);
    waiting.set(fleet?.photosWaiting ?? Number.NaN);
    webhooksWaiting.set(webhooks?.waiting ?? Number.NaN);
    webhookAge.set(webhooks === null ? Number.NaN : (webhooks.oldestMs ?? 0) / 1000);
    setTotal(kept, archive?.archived ?? 0);
    setTotal(lost, archive?.lost ?? 0);
    setTotal(originalsKept, archive?.originals?.kept ?? 0);
    setTotal(originalsMissed, archive?.originals?.missed ?? 0);
  };
}

/** Sets a counter to a total that is counted elsewhere. */
function setTotal(counter: Counter, total: number): void {
  counter.reset();
  counter.inc(total);
}

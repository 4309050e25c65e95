import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { Events } from '../events.ts';

type ProviderEvents = Pick<Events, 'providerCalled' | 'quotaReported'>;

const DURATIONS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120];

/**
 * The errnos of docs/provider-api.md. The provider may send any other, and each would become a time
 * series.
 */
const ERRNOS = new Set([500, 9001, 9002, 9005, 9006, 9009, 9101, 9999]);

/** Calls to the provider, and their results. */
export function createProviderMetrics(registry: Registry): ProviderEvents {
  const registers = [registry];
  const calls = new Counter({
    name: 'photo_gateway_provider_calls_total',
    help: 'Attempts of calls to the provider by outcome, and by errno if the provider returned one ("other": one that its document does not list). unavailable and timeout: the provider is down; invalid: its API has changed; failed with 9999: the credentials or the clock are wrong; cut: the gateway gave the call up.',
    labelNames: ['endpoint', 'outcome', 'errno'],
    registers,
  });
  const durations = new Histogram({
    name: 'photo_gateway_provider_call_duration_seconds',
    help: 'How long attempts of calls to the provider took. For an upload this includes the time in which the client sent its file.',
    labelNames: ['endpoint', 'outcome'],
    buckets: DURATIONS,
    registers,
  });
  const quota = new Gauge({
    name: 'photo_gateway_quota_remaining',
    help: 'Uploads left, as the provider last reported; it is asked with each upload and each query. NaN until then. Buy more before it is 0.',
    registers,
  });
  quota.set(Number.NaN);

  return {
    providerCalled({ endpoint, outcome, errno, durationMs }) {
      calls.inc({ endpoint, outcome, errno: errnoLabel(errno) });
      durations.observe({ endpoint, outcome }, durationMs / 1000);
    },
    quotaReported: (remaining) => quota.set(remaining),
  };
}

function errnoLabel(errno: number | null): string {
  if (errno === null) return 'none';
  return ERRNOS.has(errno) ? String(errno) : 'other';
}

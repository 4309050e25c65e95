import { Registry } from 'prom-client';
import type { Events } from '../events.ts';
import { createProcessMetrics } from './process-metrics.ts';
import { createProviderMetrics } from './provider-metrics.ts';
import { createRequestMetrics } from './request-metrics.ts';
import { createStateMetrics, type ObservedState } from './state-metrics.ts';
import { createUploadMetrics } from './upload-metrics.ts';
import { createWatchMetrics } from './watch-metrics.ts';
import { createWebhookMetrics } from './webhook-metrics.ts';

/** The metrics of one gateway, made from the events that its modules report. */
export interface Metrics extends Omit<Events, 'providerFailed'>, Disposable {
  /** All current metrics in Prometheus' text format. */
  render(state: ObservedState): Promise<string>;
  /** The media type of the result of `render`. */
  readonly contentType: string;
}

export function createMetrics(): Metrics {
  const registry = new Registry();
  const { countEnded, ...requests } = createRequestMetrics(registry);
  const uploads = createUploadMetrics(registry);
  const observe = createStateMetrics(registry);
  const ownProcess = createProcessMetrics(registry);

  return {
    ...createProviderMetrics(registry),
    ...createWatchMetrics(registry),
    ...createWebhookMetrics(registry),
    ...requests,
    ...uploads,
    requestEnded(request) {
      requests.requestEnded(request);
      uploads.requestEnded(request);
    },
    async render(state) {
      observe(state);
      countEnded();
      ownProcess.update();
      return registry.metrics();
    },
    contentType: registry.contentType,
    [Symbol.dispose]: () => ownProcess[Symbol.dispose](),
  };
}

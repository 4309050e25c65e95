import { setTimeout as delay } from 'node:timers/promises';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import type { Log } from '../../common/log.ts';
import type { Tracing } from '../tracing.ts';
import { createTracing } from './create-tracing.ts';
import { createLoggingExporter } from './logging-exporter.ts';

export interface StartTracingOptions {
  /** The base address of an OTLP/HTTP collector, to which `/v1/traces` is added. */
  readonly endpoint: URL;
  readonly serviceName: string;
  readonly log: Pick<Log, 'info' | 'warn'>;
}

export interface StartedTracing {
  readonly tracing: Tracing;
  /** Sends the waiting spans, for at most this long. Spans that are not sent by then are lost. */
  close(timeoutMs: number): Promise<void>;
}

/** The time for one batch, with the exporter's retries. */
const EXPORT_TIMEOUT_MS = 5000;
/** Further spans are dropped: a collector that is down must not fill the memory. */
const MAX_WAITING_SPANS = 2048;
const MAX_BATCH_SPANS = 512;
const BATCH_DELAY_MS = 2000;
/** Longer texts are cut. The gateway's own are all shorter. */
const MAX_ATTRIBUTE_LENGTH = 256;

/**
 * Sends spans to a collector by OTLP over HTTP, as JSON. Nothing is registered with OpenTelemetry's global
 * API, so several gateways in one process do not see each other's spans. The exporter itself reads further
 * settings from the environment in `OTEL_EXPORTER_OTLP_…`, such as headers.
 */
export function startTracing({ endpoint, serviceName, log }: StartTracingOptions): StartedTracing {
  const exporter = new OTLPTraceExporter({
    url: tracesUrl(endpoint),
    timeoutMillis: EXPORT_TIMEOUT_MS,
    concurrencyLimit: Math.ceil(MAX_WAITING_SPANS / MAX_BATCH_SPANS) + 1,
  });
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': serviceName }),
    spanLimits: { attributeValueLengthLimit: MAX_ATTRIBUTE_LENGTH },
    spanProcessors: [
      new BatchSpanProcessor({
        exporter: createLoggingExporter(exporter, log),
        maxQueueSize: MAX_WAITING_SPANS,
        maxExportBatchSize: MAX_BATCH_SPANS,
        scheduledDelayMillis: BATCH_DELAY_MS,
        exportTimeoutMillis: EXPORT_TIMEOUT_MS,
      }),
    ],
  });

  async function close(timeoutMs: number) {
    const waiting = new AbortController();
    // The exporter has already reported a batch that failed.
    const sent = provider.shutdown().catch(() => undefined);
    await Promise.race([sent, delay(timeoutMs, undefined, { signal: waiting.signal })]);
    waiting.abort();
  }

  return { tracing: createTracing(provider.getTracer('photo-gateway')), close };
}

/** OTLP, "OTLP/HTTP Request": the path of the signal is added to the base address. */
function tracesUrl(endpoint: URL): string {
  const url = new URL(endpoint);
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/v1/traces`;
  return url.href;
}

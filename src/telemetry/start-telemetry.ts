import type { Logger } from 'pino';
import type { Log } from '../common/log.ts';
import { createLogLines } from './log-lines.ts';
import { createMetrics } from './metrics/create-metrics.ts';
import type { ObservedState } from './metrics/state-metrics.ts';
import { noTracing } from './no-telemetry.ts';
import type { Telemetry } from './telemetry.ts';

/** Running telemetry: metrics, log lines, and spans if they are configured. */
export interface StartedTelemetry extends Telemetry {
  /** Renders all current metrics in Prometheus' text format. `contentType` is its media type. */
  readonly render: (state: ObservedState) => Promise<string>;
  readonly contentType: string;
  /** Sends the waiting spans, for at most this long, and stops all work. */
  close(timeoutMs: number): Promise<void>;
}

export interface TelemetryOptions {
  /** Where spans are sent; null to trace nothing. */
  readonly traces: TracesOptions | null;
  readonly log: Log & Pick<Logger, 'child'>;
}

export interface TracesOptions {
  /** The base address of an OTLP/HTTP collector, to which `/v1/traces` is added. */
  readonly endpoint: URL;
  /** The name of the gateway among traced services. */
  readonly serviceName: string;
}

/** Starts counting. It connects to the collector only when there is a span to send. */
export async function startTelemetry({ traces, log }: TelemetryOptions): Promise<StartedTelemetry> {
  const spans = traces === null ? null : await startSpans(traces, log);
  const metrics = createMetrics();
  const tracing = spans?.tracing ?? noTracing;
  const lines = createLogLines(log, () => tracing.traceId());

  return {
    ...metrics,
    tracing,
    providerFailed: lines.providerFailed,
    requestEnded(request) {
      metrics.requestEnded(request);
      lines.requestEnded(request);
    },
    uploadEnded(upload) {
      metrics.uploadEnded(upload);
      lines.uploadEnded(upload);
    },
    async close(timeoutMs) {
      metrics[Symbol.dispose]();
      await spans?.close(timeoutMs);
    },
  };
}

async function startSpans(traces: TracesOptions, log: Log) {
  // This loads several megabytes of libraries, so only gateways that trace load it.
  const { startTracing } = await import('./spans/start-tracing.ts');
  return startTracing({ ...traces, log });
}

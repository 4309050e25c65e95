import type { Log } from '../common/log.ts';
import { createLogLines } from './log-lines.ts';
import { createMetrics } from './metrics/create-metrics.ts';
import type { ObservedState } from './metrics/state-metrics.ts';
import { noTracing } from './no-telemetry.ts';
import type { Telemetry } from './telemetry.ts';

/** Telemetry that is kept: figures to be read, lines in the log, and spans where they are asked for. */
export interface StartedTelemetry extends Telemetry {
  /** Every figure as it is now, in Prometheus' text format, with the media type of that. */
  readonly render: (state: ObservedState) => Promise<string>;
  readonly contentType: string;
  /** Sends the spans that wait, for at most so long, and ends all work. */
  close(timeoutMs: number): Promise<void>;
}

export interface TelemetryOptions {
  /** Where spans go; null to keep none. */
  readonly traces: TracesOptions | null;
  readonly log: Log;
}

export interface TracesOptions {
  /** The base address of an OTLP/HTTP collector, below which `/v1/traces` is. */
  readonly endpoint: URL;
  /** As what the gateway shows among traced services. */
  readonly serviceName: string;
}

/** Begins to count; connects to nobody before there is a span to send. */
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
  // Loads some megabytes of libraries, which only those who use them should pay.
  const { startTracing } = await import('./spans/start-tracing.ts');
  return startTracing({ ...traces, log });
}

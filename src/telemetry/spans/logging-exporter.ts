import { ExportResultCode, type ExportResult } from '@opentelemetry/core';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';
import type { Log } from '../../common/log.ts';

/**
 * Logs when spans begin to be lost, and when they arrive again. The library reports this only to its global
 * API, which belongs to no gateway.
 */
export function createLoggingExporter(
  exporter: SpanExporter,
  log: Pick<Log, 'info' | 'warn'>,
): SpanExporter {
  let failing = false;

  function report({ code, error }: ExportResult) {
    const failed = code === ExportResultCode.FAILED;
    if (failed === failing) return;
    failing = failed;
    if (!failed) return log.info({}, 'Spans arrive at the collector again');
    // The error itself is not logged: it contains the collector's response.
    const reason = error?.message ?? 'no reason given';
    log.warn({ reason }, 'Spans cannot be sent to OTEL_EXPORTER_OTLP_ENDPOINT: they are lost');
  }

  return {
    export(spans: ReadableSpan[], done: (result: ExportResult) => void) {
      exporter.export(spans, (result) => {
        report(result);
        done(result);
      });
    },
    shutdown: () => exporter.shutdown(),
    forceFlush: async () => exporter.forceFlush?.(),
  };
}

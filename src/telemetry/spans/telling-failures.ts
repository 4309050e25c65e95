import { ExportResultCode, type ExportResult } from '@opentelemetry/core';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';
import type { Log } from '../../common/log.ts';

/**
 * Lets the log tell when spans begin to be lost and when they arrive again. The library tells of it by its
 * global interface alone, which belongs to no gateway.
 */
export function tellingFailures(
  exporter: SpanExporter,
  log: Pick<Log, 'info' | 'warn'>,
): SpanExporter {
  let failing = false;

  function tell({ code, error }: ExportResult) {
    const failed = code === ExportResultCode.FAILED;
    if (failed === failing) return;
    failing = failed;
    if (!failed) return log.info({}, 'Spans arrive at the collector again');
    // Not the error itself, which holds what the collector has answered.
    const reason = error?.message ?? 'for no reason given';
    log.warn({ reason }, 'Spans cannot be sent to OTEL_EXPORTER_OTLP_ENDPOINT: they are lost');
  }

  return {
    export(spans: ReadableSpan[], done: (result: ExportResult) => void) {
      exporter.export(spans, (result) => {
        tell(result);
        done(result);
      });
    },
    shutdown: () => exporter.shutdown(),
    forceFlush: async () => exporter.forceFlush?.(),
  };
}

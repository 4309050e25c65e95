import { z } from 'zod';
import { loadConfig } from '../../src/config/config.ts';
import { startGateway } from '../../src/gateway.ts';
import { createReadableLog, type ReadableLog } from './access-log.ts';
import { readMetrics, type Metrics } from './telemetry-metrics.ts';
import { makeTemporaryDirectory } from './temporary-directory.ts';

const logLine = z.record(z.string(), z.unknown());

export interface ObservedGateway extends AsyncDisposable, ReadableLog {
  readonly url: string;
  readonly endpoint: string;
  /** The current content of `/metrics`. */
  metrics(): Promise<Metrics>;
  /** The log lines so far with the message `sentence`, parsed. */
  linesOf(sentence: string): readonly Readonly<Record<string, unknown>>[];
  close(): Promise<void>;
}

/**
 * The real gateway in front of the provider that `env` names, with a log that can be read, at level
 * trace.
 */
export async function startObservedGateway(
  env: Readonly<Record<string, string>>,
): Promise<ObservedGateway> {
  await using started = new AsyncDisposableStack();
  const directory = started.use(await makeTemporaryDirectory());
  const config = loadConfig({
    PORT: '0',
    POLL_INTERVAL_MS: '50',
    DRAIN_TIMEOUT_MS: '2000',
    DATA_DIR: directory.path,
    ARCHIVE_URL: 'off',
    ...env,
  });
  const readable = createReadableLog();
  const gateway = await startGateway(config, readable.log);
  started.defer(() => gateway.close());
  const running = started.move();
  const close = () => running.disposeAsync();
  return {
    ...readable,
    url: gateway.url,
    endpoint: `${gateway.url}/graphql`,
    metrics: () => readMetrics(`${gateway.url}/metrics`),
    linesOf: (sentence) =>
      readable.lines
        .map((line) => logLine.parse(JSON.parse(line)))
        .filter(({ msg }) => msg === sentence),
    close,
    [Symbol.asyncDispose]: close,
  };
}

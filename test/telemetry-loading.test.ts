import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { makeTemporaryDirectory } from './support/temporary-directory.ts';

const run = promisify(execFile);
const script = fileURLToPath(new URL('support/telemetry-loaded.ts', import.meta.url));

/** The packages of OpenTelemetry that a gateway with these settings loads. */
async function loadedBy(settings: Readonly<Record<string, string>>): Promise<string> {
  await using directory = await makeTemporaryDirectory();
  const { stdout } = await run(process.execPath, [script], {
    env: { PATH: process.env['PATH'], PORT: '0', DATA_DIR: directory.path, ...settings },
  });
  return stdout;
}

test('nothing of the tracing libraries is loaded unless OTEL_EXPORTER_OTLP_ENDPOINT is set', async () => {
  // prom-client itself loads the API package.
  expect(await loadedBy({})).toBe('api');
  const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1' };
  expect(await loadedBy(endpoint)).toContain('exporter-trace-otlp-http');
});

import { pino } from 'pino';
import { ConfigError, loadConfig, secretsOf } from './config.ts';
import { startGateway } from './gateway.ts';
import { createLogger } from './telemetry/create-logger.ts';

/**
 * A terminal's Ctrl-C reaches npm and the gateway at once, and npm hands it on: within this time a
 * second signal is the first one's echo.
 */
const ECHO_MS = 1000;

await main();

async function main() {
  try {
    await run();
  } catch (error) {
    const message = error instanceof ConfigError ? error.message : String(error);
    process.stderr.write(`photo-gateway cannot start: ${message}\n`);
    process.exitCode = 1;
  }
}

async function run() {
  const config = loadConfig(process.env);
  const log = createLogger({
    level: config.logLevel,
    secrets: secretsOf(config),
    destination: pino.destination({ dest: 2, sync: true }),
  });
  if (config.openToNetwork) {
    log.warn('AUTH=open on a network address: everyone who reaches this gateway can spend uploads');
  }
  const gateway = await startGateway(config, log);
  const account = gateway.simulated ? ', with the embedded simulator' : '';
  const studio = config.studio ? ` and the studio at ${gateway.url}/` : '';
  process.stdout.write(`photo-gateway serves ${gateway.url}/graphql${studio}${account}\n`);

  let firstSignalAt: number | null = null;
  async function stop() {
    const now = performance.now();
    if (firstSignalAt !== null) {
      if (now - firstSignalAt >= ECHO_MS) process.exit(1);
      return;
    }
    firstSignalAt = now;
    await gateway.close();
    process.exit(0);
  }
  function onSignal() {
    stop().catch((error: unknown) => {
      log.fatal({ err: error }, 'The gateway could not stop in an orderly way');
      process.exit(1);
    });
  }
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
}

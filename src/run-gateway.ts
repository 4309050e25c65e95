import { flushCompileCache } from 'node:module';
import type { Log } from './common/log.ts';
import { ConfigError, loadConfig, secretsOf } from './config/config.ts';
import { startGateway } from './gateway.ts';
import { importYoga } from './server/transports/http/yoga/load-yoga.ts';
import { catchOutput } from './telemetry/catch-output.ts';
import { createLogger } from './telemetry/create-logger.ts';
import type { LogDestination } from './telemetry/log-destination.ts';
import { openStandardError } from './telemetry/standard-error.ts';

/**
 * Ctrl-C in a terminal reaches npm and the gateway at once, and npm passes it on. A second signal within this
 * time is an echo of the first.
 */
const ECHO_MS = 1000;

/** Long enough for those who waited for the start to have their first answers. */
const PRELOAD_DELAY_MS = 1000;

/**
 * Runs a gateway with these settings as this process, until a signal ends it. If it cannot start, it prints
 * why.
 */
export async function runGateway(env: Readonly<Record<string, string | undefined>>): Promise<void> {
  const output = openStandardError();
  // This runs however the process ends, unless it is killed.
  process.on('exit', () => output.flush());
  try {
    await run(env, output);
  } catch (error) {
    const message = error instanceof ConfigError ? error.message : String(error);
    output.write(`photo-gateway cannot start: ${message}\n`);
    process.exitCode = 1;
  }
}

async function run(env: Readonly<Record<string, string | undefined>>, output: LogDestination) {
  const config = loadConfig(env);
  output.hide(secretsOf(config));
  const log = createLogger({ level: config.logLevel, destination: output });
  catchOutput(log);
  output.onDropped((droppedLines) => {
    log.error(
      { droppedLines },
      `${droppedLines} log lines were dropped: their reader was too slow`,
    );
  });
  process.on('uncaughtException', (error: unknown) => {
    log.fatal({ err: error }, 'The gateway ends because of an uncaught error');
    process.exit(1);
  });
  if (config.openToNetwork) {
    log.warn('AUTH=open on a network address: everyone who reaches this gateway can spend uploads');
  }
  const gateway = await startGateway(config, log);
  const account = gateway.simulated ? ', with the embedded simulator' : '';
  const studio = config.studio ? ` and the studio at ${gateway.url}/` : '';
  // The reader may have left already.
  process.stdout.on('error', () => undefined);
  process.stdout.write(`photo-gateway serves ${gateway.url}/graphql${studio}${account}\n`);

  setTimeout(preload, PRELOAD_DELAY_MS, log).unref();

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
      log.fatal({ err: error }, 'The gateway could not stop gracefully');
      process.exit(1);
    });
  }
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
}

/**
 * Loads what a gateway starts without, so that its first upload need not wait for it, and keeps the compiled code for
 * the next start: Node itself does that only at the end, and a process that is killed has none.
 */
function preload(log: Log) {
  importYoga()
    .then(() => flushCompileCache())
    .catch((error: unknown) => log.error({ err: error }, 'Yoga cannot be loaded'));
}

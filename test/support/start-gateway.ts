import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { startSimulator, type Simulator } from '../../packages/simulator/simulator.ts';
import { loadConfig } from '../../src/config/config.ts';
import { startGateway as start } from '../../src/gateway.ts';

export type SimulatorOptions = NonNullable<Parameters<typeof startSimulator>[0]>;

export interface RunningGateway extends AsyncDisposable {
  readonly url: string;
  /** The address of its GraphQL endpoint. */
  readonly endpoint: string;
  close(): Promise<void>;
}

export interface TestGateway extends RunningGateway {
  readonly simulator: Simulator;
  /** Stops only the gateway. */
  closeGateway(): Promise<void>;
}

/**
 * The real gateway on a free port of loopback, in front of its own simulator, which responds fast.
 * `env` are settings of the contract that replace a test's defaults.
 */
export async function startGateway(
  env: Readonly<Record<string, string>> = {},
  simulatorOptions: SimulatorOptions = {},
): Promise<TestGateway> {
  const simulator = await startSimulator({ processingTimeMs: 100, ...simulatorOptions });
  const gateway = await startGatewayOf({
    PHOTO_API_URL: simulator.url,
    PHOTO_THIRD_CODE: simulator.thirdCode,
    PHOTO_SECRET_KEY: simulator.secretKey,
    ARCHIVE_URL: '',
    ...env,
  });
  async function close() {
    await gateway.close();
    await simulator.close();
  }
  return {
    ...gateway,
    simulator,
    closeGateway: () => gateway.close(),
    close,
    [Symbol.asyncDispose]: close,
  };
}

/**
 * The real gateway in front of the provider that `env` names. If `env` names no DATA_DIR, it gets
 * its own, which is deleted with it.
 */
export async function startGatewayOf(
  env: Readonly<Record<string, string>>,
): Promise<RunningGateway> {
  const directory = await mkdtemp(join(tmpdir(), 'photo-gateway-'));
  const config = loadConfig({
    PORT: '0',
    POLL_INTERVAL_MS: '50',
    DRAIN_TIMEOUT_MS: '2000',
    DATA_DIR: directory,
    // Most stand-ins for the provider have no pictures to fetch.
    ARCHIVE_URL: 'off',
    ...env,
  });
  const gateway = await start(config, pino({ level: 'silent' }));
  async function close() {
    await gateway.close();
    await rm(directory, { recursive: true, force: true });
  }
  return {
    url: gateway.url,
    endpoint: `${gateway.url}/graphql`,
    close,
    [Symbol.asyncDispose]: close,
  };
}

import type { Logger } from 'pino';
import type { Config } from './config.ts';
import { openArchive } from './open-archive.ts';
import { startPhotos } from './photos/start-photos.ts';
import { openSqliteStore } from './photos/store/sqlite-store.ts';
import { createProvider } from './provider/create-provider.ts';
import { createSecret } from './secret.ts';
import { startServer } from './server/server.ts';
import { startSimulator } from './simulator/simulator.ts';

export interface Gateway {
  /** Where it can be reached, such as `http://127.0.0.1:4000`. */
  readonly url: string;
  /** Whether the embedded simulator stands in for the provider. */
  readonly simulated: boolean;
  /** Stops in an orderly way, within the drain timeout. */
  close(): Promise<void>;
}

/**
 * Wires the rooms into one gateway and starts it; the only place that knows them all. Apart from
 * `main.ts` so that tests start the same gateway in their own process.
 */
export async function startGateway(config: Config, log: Logger): Promise<Gateway> {
  await using started = new AsyncDisposableStack();
  const store = await openSqliteStore({ directory: config.dataDirectory });
  started.defer(() => store.close());
  const account = config.provider ?? (await embeddedAccount(started));
  const archive = await openArchive({ ...config, apiUrl: account.baseUrl, store, log });
  if (archive !== null) started.use(archive);
  const provider = createProvider({
    ...account,
    timeoutMs: config.upstreamTimeoutMs,
    uploadTimeoutMs: config.uploadTimeoutMs,
    uploadIdleTimeoutMs: config.uploadIdleTimeoutMs,
    log,
  });
  started.defer(() => provider.close());
  const photos = await startPhotos({ ...config, provider, store, archiving: archive, log });
  started.defer(() => photos.close());
  const server = await startServer({
    ...config,
    photos,
    archivedFiles: archive?.files ?? null,
    log,
  });
  started.defer(() => server.close());
  const running = started.move();
  return {
    url: server.url,
    simulated: config.provider === null,
    close: () => running.disposeAsync(),
  };
}

/** Starts the simulator and gives the account that it opens. */
async function embeddedAccount(started: AsyncDisposableStack) {
  const simulator = await startSimulator({});
  started.defer(() => simulator.close());
  return {
    baseUrl: new URL(simulator.url),
    accountCode: simulator.thirdCode,
    secretKey: createSecret(simulator.secretKey),
  };
}

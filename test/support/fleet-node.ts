import { createSecret } from '../../src/common/secret.ts';
import { openFleet } from '../../src/photos/fleet/open-fleet.ts';
import type { Photos } from '../../src/photos/photos.ts';
import { startPhotos, type PhotosOptions } from '../../src/photos/start-photos.ts';
import { openPostgresStore } from '../../src/photos/store/postgres/postgres-store.ts';
import { createProvider } from '../../src/provider/create-provider.ts';
import { quietLog } from './quiet-log.ts';

/** One node of a fleet, without a server. */
export interface FleetNode extends AsyncDisposable {
  readonly photos: Photos;
  /** Stops it as a signal does. */
  close(): Promise<void>;
}

export interface FleetNodeOptions extends Partial<PhotosOptions> {
  readonly sweepIntervalMs?: number;
  readonly heartbeatMs?: number;
  readonly statementTimeoutMs?: number;
  readonly connectTimeoutMs?: number;
}

/** Starts a node on the database at `databaseUrl`, in front of the provider at `providerUrl`. */
export async function startFleetNode(
  databaseUrl: string,
  providerUrl: string,
  options: FleetNodeOptions = {},
): Promise<FleetNode> {
  await using started = new AsyncDisposableStack();
  const { log = quietLog } = options;
  const store = await openPostgresStore({
    max: 4,
    uploadTimeoutMs: 5000,
    ...options,
    url: databaseUrl,
    log,
  });
  started.defer(() => store.close());
  const { database, node } = store;
  const fleet = await openFleet({ url: databaseUrl, database, node, log, ...options });
  started.defer(() => fleet.close());
  const provider = createProvider({
    baseUrl: new URL(providerUrl),
    accountCode: 'test',
    secretKey: createSecret('secret'),
    timeoutMs: 5000,
    uploadTimeoutMs: 5000,
  });
  started.defer(() => provider.close());
  const photos = await startPhotos({
    provider,
    store,
    fleet,
    archiving: null,
    maxFileSizeBytes: 1_000_000,
    uploadIdleTimeoutMs: 5000,
    maxConcurrentUploads: 50,
    uploadSettleMs: 100,
    pollIntervalMs: 20,
    pollsPerSecond: 1000,
    waitTimeoutMs: 60_000,
    uploadsPerDay: null,
    log,
    ...options,
  });
  started.defer(() => photos.close());
  const running = started.move();
  const close = () => running.disposeAsync();
  return { photos, close, [Symbol.asyncDispose]: close };
}

import { pino } from 'pino';
import { createSecret } from '../../src/common/secret.ts';
import type { Photos } from '../../src/photos/photos.ts';
import { startPhotos, type PhotosOptions } from '../../src/photos/start-photos.ts';
import { openSqliteStore } from '../../src/photos/store/sqlite/sqlite-store.ts';
import { createProvider } from '../../src/provider/create-provider.ts';
import { makeTemporaryDirectory } from './temporary-directory.ts';

export interface StartedModule extends AsyncDisposable {
  readonly photos: Photos;
}

/**
 * `src/photos` with the real store and the real client of the provider at `url`, without a server.
 */
export async function startModule(
  url: string,
  options: Partial<PhotosOptions> = {},
): Promise<StartedModule> {
  await using started = new AsyncDisposableStack();
  const directory = started.use(await makeTemporaryDirectory());
  const log = pino({ level: 'silent' });
  const store = await openSqliteStore({ directory: directory.path, ...options });
  started.defer(() => store.close());
  const provider = createProvider({
    baseUrl: new URL(url),
    accountCode: 'test',
    secretKey: createSecret('secret'),
    timeoutMs: 5000,
    uploadTimeoutMs: 5000,
  });
  started.defer(() => provider.close());
  const photos = await startPhotos({
    provider,
    store,
    archiving: null,
    maxFileSizeBytes: 1_000_000,
    uploadIdleTimeoutMs: 5000,
    maxConcurrentUploads: 10,
    uploadSettleMs: 100,
    pollIntervalMs: 20,
    pollsPerSecond: 1000,
    waitTimeoutMs: 5000,
    uploadsPerDay: null,
    log,
    ...options,
  });
  started.defer(() => photos.close());
  const running = started.move();
  return { photos, [Symbol.asyncDispose]: () => running.disposeAsync() };
}

import { pino } from 'pino';
import { createSecret } from '../../src/common/secret.ts';
import type { PhotoUpload, Photos } from '../../src/photos/photos.ts';
import type { Principal } from '../../src/photos/principal.ts';
import { startPhotos, type PhotosOptions } from '../../src/photos/start-photos.ts';
import { openSqliteStore } from '../../src/photos/store/sqlite/sqlite-store.ts';
import { createProvider } from '../../src/provider/create-provider.ts';
import { readFixture } from './fixtures.ts';
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

const picture = await readFixture('landscape-small.jpg');

/** Uploads a picture to be repaired, or as `rest` says. */
export function uploadTo(photos: Photos, principal: Principal, rest: Partial<PhotoUpload> = {}) {
  return photos.upload({
    principal,
    repairType: 'REPAIR',
    background: null,
    idempotencyKey: null,
    waitSeconds: 0,
    openFile: async () => ({ fileName: 'photo.jpg', bytes: picture.stream() }),
    ...rest,
  });
}

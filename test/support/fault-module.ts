import type { PhotosOptions } from '../../src/photos/start-photos.ts';
import type { ProviderOptions } from '../../src/provider/create-provider.ts';
import { connectProvider } from './provider-client.ts';
import { startBareServer } from './start-bare-server.ts';
import { startModule } from './start-module.ts';

export interface ServedModule extends AsyncDisposable {
  readonly endpoint: string;
}

export interface ServedModuleOptions {
  /** Clocks, and timings that have no setting. */
  readonly provider?: Partial<ProviderOptions>;
  readonly photos?: Partial<PhotosOptions>;
}

/** A gateway whose timings and clocks the test decides, in front of the provider at `url`. */
export async function serveModule(
  url: string,
  options: ServedModuleOptions,
): Promise<ServedModule> {
  await using started = new AsyncDisposableStack();
  const provider = started.use(connectProvider(url, options.provider));
  const { photos } = started.use(await startModule(url, { provider, ...options.photos }));
  const server = started.use(await startBareServer(photos, { maxFileSizeBytes: 1_000_000 }));
  const running = started.move();
  return { endpoint: server.endpoint, [Symbol.asyncDispose]: () => running.disposeAsync() };
}

import type { PhotosOptions } from '../../src/photos/start-photos.ts';
import type { ProviderOptions } from '../../src/provider/create-provider.ts';
import { connectProvider } from './provider-client.ts';
import { startBareServer } from './start-bare-server.ts';
import { startRoom } from './start-room.ts';

export interface ServedRoom extends AsyncDisposable {
  readonly endpoint: string;
}

export interface ServedRoomOptions {
  /** Timings that no setting names, and clocks. */
  readonly provider?: Partial<ProviderOptions>;
  readonly photos?: Partial<PhotosOptions>;
}

/** A gateway whose timings and clocks are the test's, in front of the provider at `url`. */
export async function serveRoom(url: string, options: ServedRoomOptions): Promise<ServedRoom> {
  await using started = new AsyncDisposableStack();
  const provider = started.use(connectProvider(url, options.provider));
  const { photos } = started.use(await startRoom(url, { provider, ...options.photos }));
  const server = started.use(await startBareServer(photos, { maxFileSizeBytes: 1_000_000 }));
  const running = started.move();
  return { endpoint: server.endpoint, [Symbol.asyncDispose]: () => running.disposeAsync() };
}

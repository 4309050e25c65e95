import { join } from 'node:path';
import type { Log } from '../../common/log.ts';
import { ConfigError, type Config } from '../../config/config.ts';
import type { Archiving } from '../start-photos.ts';
import type { Store } from '../store/store.ts';
import type { Archive } from './archive.ts';
import { createResultFetcher } from './fetch-result.ts';
import { createFolderArchive } from './folder-archive.ts';
import { openIncoming } from './incoming-folder.ts';
import { createOwnAddresses, type OwnAddresses } from './own-addresses.ts';
import { createResultHosts } from './result-hosts.ts';
import type { StoredPictures } from './stored-pictures.ts';

export interface OpenedArchive extends Archiving, AsyncDisposable {
  readonly ownAddresses: OwnAddresses;
  /** How the gateway itself reads the pictures that it serves. */
  readonly stored: StoredPictures;
}

export interface OpenArchiveOptions extends Pick<
  Config,
  'archive' | 'resultHosts' | 'dataDirectory'
> {
  /** The provider's API. Finished pictures come from its hosts. */
  readonly apiUrl: URL;
  readonly store: Pick<Store, 'signingKey'>;
  readonly log: Log;
}

/** An archive at the place that the settings name. */
interface PlacedArchive {
  readonly archive: Archive;
  readonly stored: StoredPictures;
  /** Where uploaded pictures wait until they are kept; null to keep none. */
  readonly originalsDirectory: string | null;
}

type Folder = NonNullable<Config['archive']> & { readonly kind: 'folder' };
type Bucket = NonNullable<Config['archive']> & { readonly kind: 's3' };

/**
 * Opens the configured archive, together with the client that fetches pictures into it. Null if
 * none is configured.
 * @throws ConfigError if a folder cannot be used.
 */
export async function openArchive(options: OpenArchiveOptions): Promise<OpenedArchive | null> {
  const { archive: place, apiUrl, resultHosts, store } = options;
  if (place === null) return null;
  await using opened = new AsyncDisposableStack();
  const signingKey = await store.signingKey();
  const placed =
    place.kind === 's3'
      ? await openBucket(place, options, opened)
      : await openFolder(place, signingKey);
  opened.defer(() => placed.archive.close());
  const hosts = createResultHosts({ apiUrl, named: resultHosts });
  const fetcher = createResultFetcher({ hosts });
  opened.defer(() => fetcher.close());
  const running = opened.move();
  return {
    ...placed,
    ownAddresses: createOwnAddresses({ signingKey }),
    fetchResult: fetcher.fetchResult,
    keepForMs: place.keepForMs,
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

async function openFolder(
  { directory, keepsOriginals }: Folder,
  signingKey: Uint8Array,
): Promise<PlacedArchive> {
  const archive = await createFolderArchive({ directory, signingKey }).catch((cause: unknown) => {
    throw unusable('ARCHIVE_URL names', cause);
  });
  const stored = { kind: 'files', pathOf: archive.pathOf } as const;
  return { archive, stored, originalsDirectory: keepsOriginals ? archive.incoming : null };
}

async function openBucket(
  place: Bucket,
  { dataDirectory, log }: OpenArchiveOptions,
  opened: AsyncDisposableStack,
): Promise<PlacedArchive> {
  let originalsDirectory: string | null = null;
  if (place.keepsOriginals) {
    originalsDirectory = join(dataDirectory, 'originals');
    const incoming = await openIncoming(originalsDirectory).catch((cause: unknown) => {
      throw unusable('ARCHIVE_ORIGINALS needs DATA_DIR, which names', cause);
    });
    opened.use(incoming);
  }
  // The S3 client takes tens of megabytes of memory. Only those who use it should pay for it.
  const { createS3Archive } = await import('./s3-archive.ts');
  const archive = createS3Archive({ ...place, log });
  return { archive, stored: { kind: 'objects', read: archive.read }, originalsDirectory };
}

function unusable(what: string, cause: unknown): ConfigError {
  const message = cause instanceof Error ? cause.message : String(cause);
  return new ConfigError(`${what} a folder that cannot be used (${message})`, { cause });
}

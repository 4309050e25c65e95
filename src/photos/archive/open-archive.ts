import type { Log } from '../../common/log.ts';
import { ConfigError, type Config } from '../../config/config.ts';
import type { Archiving } from '../start-photos.ts';
import type { Store } from '../store/store.ts';
import type { Archive } from './archive.ts';
import { createResultFetcher } from './fetch-result.ts';
import { createFolderArchive } from './folder-archive.ts';
import { createOwnAddresses, type OwnAddresses } from './own-addresses.ts';
import { createResultHosts } from './result-hosts.ts';
import type { StoredPictures } from './stored-pictures.ts';

export interface OpenedArchive extends Archiving, AsyncDisposable {
  readonly ownAddresses: OwnAddresses;
  /** How the gateway itself reads the pictures that it serves. */
  readonly stored: StoredPictures;
}

export interface OpenArchiveOptions extends Pick<Config, 'archive' | 'resultHosts'> {
  /** The provider's API. Finished pictures come from its hosts. */
  readonly apiUrl: URL;
  readonly store: Pick<Store, 'signingKey'>;
  readonly log: Log;
}

/**
 * Opens the configured archive, together with the client that fetches pictures into it. Null if
 * none is configured.
 */
export async function openArchive(options: OpenArchiveOptions): Promise<OpenedArchive | null> {
  const { archive: place, store, log } = options;
  if (place === null) return null;
  if (place.kind === 's3') {
    // The S3 client takes tens of megabytes of memory. Only those who use it should pay for it.
    const { createS3Archive } = await import('./s3-archive.ts');
    const archive = createS3Archive({ ...place, log });
    return withFetcher(archive, { kind: 'objects', read: archive.read }, options);
  }
  const { directory } = place;
  const signingKey = await store.signingKey();
  const files = await createFolderArchive({ directory, signingKey }).catch((cause: unknown) => {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new ConfigError(`ARCHIVE_URL names a folder that cannot be used (${message})`, { cause });
  });
  return withFetcher(files, { kind: 'files', pathOf: files.pathOf }, options);
}

async function withFetcher(
  archive: Archive,
  stored: StoredPictures,
  { archive: place, apiUrl, resultHosts, store }: OpenArchiveOptions,
): Promise<OpenedArchive> {
  const ownAddresses = createOwnAddresses({ signingKey: await store.signingKey() });
  const hosts = createResultHosts({ apiUrl, named: resultHosts });
  const fetcher = createResultFetcher({ hosts });
  return {
    archive,
    ownAddresses,
    stored,
    fetchResult: fetcher.fetchResult,
    keepForMs: place?.keepForMs ?? null,
    async [Symbol.asyncDispose]() {
      await fetcher.close();
      await archive.close();
    },
  };
}

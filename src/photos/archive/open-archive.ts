import type { Log } from '../../common/log.ts';
import { ConfigError, type Config } from '../../config/config.ts';
import type { Archiving } from '../start-photos.ts';
import type { Store } from '../store/store.ts';
import type { Archive } from './archive.ts';
import { createResultFetcher } from './fetch-result.ts';
import { createFolderArchive, type FolderArchive } from './folder-archive.ts';
import { createResultHosts } from './result-hosts.ts';

export interface OpenedArchive extends Archiving, AsyncDisposable {
  /** The archive that the gateway itself serves; null if a bucket serves its own addresses. */
  readonly files: FolderArchive | null;
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
    return withFetcher(createS3Archive({ ...place, log }), null, options);
  }
  const { directory } = place;
  const signingKey = await store.signingKey();
  const files = await createFolderArchive({ directory, signingKey }).catch((cause: unknown) => {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new ConfigError(`ARCHIVE_URL names a folder that cannot be used (${message})`, { cause });
  });
  return withFetcher(files, files, options);
}

function withFetcher(
  archive: Archive,
  files: FolderArchive | null,
  { archive: place, apiUrl, resultHosts }: OpenArchiveOptions,
): OpenedArchive {
  const hosts = createResultHosts({ apiUrl, named: resultHosts });
  const fetcher = createResultFetcher({ hosts });
  return {
    archive,
    files,
    fetchResult: fetcher.fetchResult,
    keepForMs: place?.keepForMs ?? null,
    async [Symbol.asyncDispose]() {
      await fetcher.close();
      await archive.close();
    },
  };
}

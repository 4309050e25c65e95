import { resolve, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** Where finished pictures are archived. */
export type ArchiveLocation =
  | { readonly kind: 'off' }
  | { readonly kind: 'folder'; /** Absolute. */ readonly directory: string }
  | {
      readonly kind: 's3';
      readonly bucket: string;
      /** Put before every key, without slashes at its ends; empty for none. */
      readonly prefix: string;
    };

const FORM = 'must be file:… with a path, s3://bucket/prefix, or off';

/**
 * Parses the setting `ARCHIVE_URL`. A relative path, as in `file:pictures`, is relative to the working
 * directory.
 * @param text undefined for the default, the folder `archive` in `dataDir`.
 * @throws Error with a message that follows the setting's name.
 */
export function parseArchiveUrl(text: string | undefined, dataDir: string): ArchiveLocation {
  if (text === undefined) return { kind: 'folder', directory: resolve(dataDir, 'archive') };
  if (text === 'off') return { kind: 'off' };
  const url = URL.parse(text, pathToFileURL(process.cwd() + sep));
  if (url === null || url.search !== '' || url.hash !== '') throw new Error(FORM);
  if (/^file:(?:\/\/)?~/i.test(text)) {
    throw new Error('must be a path without "~", which only a shell expands');
  }
  if (/^file:./i.test(text)) return { kind: 'folder', directory: folderOf(url) };
  if (/^s3:\/\//i.test(text)) return { kind: 's3', ...bucketOf(url) };
  throw new Error(FORM);
}

function folderOf(url: URL): string {
  try {
    return fileURLToPath(url);
  } catch (cause) {
    throw new Error('must name a folder on this machine, as in file:///srv/photos', { cause });
  }
}

/** Accepts only buckets and keys that never need escaping, by the rules and the advice of S3's user guide. */
function bucketOf({ host, username, password, pathname }: URL) {
  const prefix = pathname.replaceAll(/^\/+|\/+$/g, '');
  const wellFormed =
    /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(host) &&
    username + password === '' &&
    /^(?:[\w.-]+(?:\/[\w.-]+)*)?$/.test(prefix);
  if (!wellFormed) {
    throw new Error(
      'must name a valid S3 bucket, and a prefix of letters, digits, "_", "." and "-" between slashes',
    );
  }
  return { bucket: host, prefix };
}

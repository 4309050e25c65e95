import { isIP } from 'node:net';
import { relative, resolve } from 'node:path';
import { parseArchiveUrl } from './archive-url.ts';
import { ConfigError } from './config-error.ts';
import type { Settings } from './settings.ts';

const DAY_MS = 86_400_000;

/** Where finished pictures are archived and for how long. Null if they are not archived. */
export function archiveConfig(settings: Settings) {
  const place = archiveLocation(settings);
  if (place.kind === 'off') return null;
  if (place.kind === 'folder') refuseOwnFolder(settings, place.directory);
  const { ARCHIVE_KEEP_DAYS: days } = settings;
  const kept = {
    keepForMs: days === undefined ? null : days * DAY_MS,
    keepsOriginals: keepsOriginals(settings, place.kind),
  };
  if (place.kind === 'folder') return Object.freeze({ ...place, ...kept });
  return Object.freeze({ ...place, ...kept, ...bucketAccess(settings, place.bucket) });
}

/**
 * Whether pictures are kept as they were uploaded too. A bucket would cost a second transfer of each, so
 * there somebody must want it.
 */
function keepsOriginals(settings: Settings, kind: 'folder' | 's3'): boolean {
  const { ARCHIVE_ORIGINALS, ARCHIVE_ORIGINS = ARCHIVE_ORIGINALS } = settings;
  if (ARCHIVE_ORIGINALS !== undefined && ARCHIVE_ORIGINALS !== ARCHIVE_ORIGINS) {
    throw new ConfigError('ARCHIVE_ORIGINS must be what ARCHIVE_ORIGINALS is, or unset');
  }
  return (ARCHIVE_ORIGINS ?? (kind === 'folder' ? 'on' : 'off')) === 'on';
}

function archiveLocation({ ARCHIVE_URL, DATA_DIR }: Settings) {
  try {
    return parseArchiveUrl(ARCHIVE_URL, DATA_DIR);
  } catch (cause) {
    throw new ConfigError(`ARCHIVE_URL ${cause instanceof Error ? cause.message : ''}`, { cause });
  }
}

/** The gateways of a fleet must see the same pictures. */
function refuseOwnFolder({ ARCHIVE_URL, DATA_DIR, DATABASE_URL }: Settings, directory: string) {
  if (DATABASE_URL === undefined) return;
  const path = relative(resolve(DATA_DIR), directory);
  if (path === '..' || path.startsWith('../')) return;
  const what = ARCHIVE_URL === undefined ? 'is unset, so it names' : 'names';
  throw new ConfigError(
    `ARCHIVE_URL ${what} a folder under DATA_DIR, which the other gateways of DATABASE_URL do not have: ` +
      'name a bucket, a folder on a shared volume, or off',
  );
}

function bucketAccess(settings: Settings, bucket: string) {
  if (settings.S3_ACCESS_KEY_ID === undefined) {
    throw new ConfigError('S3_ACCESS_KEY_ID is required when ARCHIVE_URL is a bucket');
  }
  if (settings.S3_SECRET_ACCESS_KEY === undefined) {
    throw new ConfigError('S3_SECRET_ACCESS_KEY is required when ARCHIVE_URL is a bucket');
  }
  return {
    endpoint: settings.S3_ENDPOINT?.href,
    publicEndpoint: settings.S3_PUBLIC_ENDPOINT?.href,
    pathStyle: pathStyle(settings, bucket),
    region: settings.S3_REGION,
    credentials: {
      accessKeyId: settings.S3_ACCESS_KEY_ID,
      secretAccessKey: settings.S3_SECRET_ACCESS_KEY,
    },
  };
}

/** Whether the bucket is in the path instead of the host name. */
function pathStyle({ S3_ADDRESSING, S3_ENDPOINT, S3_PUBLIC_ENDPOINT }: Settings, bucket: string) {
  const addressing = S3_ADDRESSING ?? (S3_ENDPOINT === undefined ? 'virtual' : 'path');
  if (addressing === 'path') return true;
  const endpoints = Object.entries({ S3_ENDPOINT, S3_PUBLIC_ENDPOINT });
  for (const [name, endpoint] of endpoints) {
    const hostname = endpoint?.hostname ?? '';
    if (hostname.startsWith(`${bucket}.`)) {
      throw new ConfigError(`${name} must not name the bucket, which the gateway adds by itself`);
    }
    if (hostname.startsWith('[') || isIP(hostname) !== 0) {
      throw new ConfigError(
        `${name} must be a host name when S3_ADDRESSING is virtual: the bucket is put before it`,
      );
    }
  }
  if (bucket.includes('.') && S3_ADDRESSING === 'virtual') {
    throw new ConfigError('S3_ADDRESSING must be path when the name of the bucket contains a dot');
  }
  return false;
}

import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { parseArchiveUrl } from './archive-url.ts';
import { settingsSchema, type Settings } from './settings.ts';

/** A setting that is missing or malformed. The message is one line that begins with the setting's name. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** Every setting, parsed. Durations are milliseconds, sizes bytes. */
export type Config = ReturnType<typeof loadConfig>;

/**
 * Reads the settings of the contract from `env`, a process environment. A setting that is an empty
 * text counts as unset, as a line `NAME=` in an environment file means it.
 * @throws ConfigError naming the first setting that is missing or malformed.
 */
export function loadConfig(env: Readonly<Record<string, string | undefined>>) {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const parsed = settingsSchema.safeParse(given);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new ConfigError(`${issue?.path[0]?.toString() ?? 'settings'} ${issue?.message ?? ''}`);
  }
  const settings = parsed.data;
  checkAccess(settings);
  return Object.freeze({
    host: settings.HOST,
    port: settings.PORT,
    provider: providerAccount(settings),
    upstreamTimeoutMs: settings.UPSTREAM_TIMEOUT_MS,
    maxFileSizeBytes: settings.MAX_FILE_SIZE,
    uploadTimeoutMs: settings.UPLOAD_TIMEOUT_MS,
    uploadIdleTimeoutMs: settings.UPLOAD_IDLE_TIMEOUT_MS,
    maxConcurrentUploads: settings.MAX_CONCURRENT_UPLOADS,
    pollIntervalMs: settings.POLL_INTERVAL_MS,
    pollsPerSecond: settings.POLLS_PER_SECOND,
    waitTimeoutMs: settings.WAIT_TIMEOUT_MS,
    drainTimeoutMs: settings.DRAIN_TIMEOUT_MS,
    corsOrigins: settings.CORS_ORIGINS,
    publicUrl: settings.PUBLIC_URL ?? null,
    dataDirectory: resolve(settings.DATA_DIR),
    archive: archivePlace(settings),
    resultHosts: settings.PHOTO_RESULT_HOSTS ?? null,
    logLevel: settings.LOG_LEVEL,
    openToNetwork: !isLoopback(settings.HOST),
  });
}

/** The provider's account, or null where the embedded simulator takes its place. */
function providerAccount(settings: Settings) {
  if (settings.PHOTO_API_URL === undefined) return null;
  if (settings.PHOTO_THIRD_CODE === undefined) {
    throw new ConfigError('PHOTO_THIRD_CODE is required where PHOTO_API_URL is set');
  }
  if (settings.PHOTO_SECRET_KEY === undefined) {
    throw new ConfigError('PHOTO_SECRET_KEY is required where PHOTO_API_URL is set');
  }
  return Object.freeze({
    baseUrl: settings.PHOTO_API_URL,
    accountCode: settings.PHOTO_THIRD_CODE,
    secretKey: settings.PHOTO_SECRET_KEY,
  });
}

const DAY_MS = 86_400_000;

/** Where finished pictures are kept and for how long, or null for nowhere. */
function archivePlace(settings: Settings) {
  const place = archiveLocation(settings);
  if (place.kind === 'off') return null;
  const { ARCHIVE_KEEP_DAYS: days } = settings;
  const keepForMs = days === undefined ? null : days * DAY_MS;
  if (place.kind === 'folder') return Object.freeze({ ...place, keepForMs });
  return Object.freeze({ ...place, keepForMs, ...bucketAccess(settings) });
}

function archiveLocation({ ARCHIVE_URL, DATA_DIR }: Settings) {
  try {
    return parseArchiveUrl(ARCHIVE_URL, DATA_DIR);
  } catch (cause) {
    throw new ConfigError(`ARCHIVE_URL ${cause instanceof Error ? cause.message : ''}`, { cause });
  }
}

function bucketAccess(settings: Settings) {
  if (settings.S3_ACCESS_KEY_ID === undefined) {
    throw new ConfigError('S3_ACCESS_KEY_ID is required where ARCHIVE_URL is a bucket');
  }
  if (settings.S3_SECRET_ACCESS_KEY === undefined) {
    throw new ConfigError('S3_SECRET_ACCESS_KEY is required where ARCHIVE_URL is a bucket');
  }
  return {
    endpoint: settings.S3_ENDPOINT?.href,
    region: settings.S3_REGION,
    credentials: {
      accessKeyId: settings.S3_ACCESS_KEY_ID,
      secretAccessKey: settings.S3_SECRET_ACCESS_KEY,
    },
  };
}

/** Nobody may reach the paid account over a network by default: this version cannot ask who calls. */
function checkAccess(settings: Settings) {
  if (settings.AUTH === 'required') {
    throw new ConfigError(
      'AUTH required is not supported by this version; use open on a loopback HOST',
    );
  }
  if (isLoopback(settings.HOST)) return;
  if (settings.AUTH === 'open' && settings.AUTH_OPEN_ANYWHERE === 'yes') return;
  throw new ConfigError(
    'HOST must be a loopback address: anyone who reaches another could spend your uploads ' +
      '(AUTH=open with AUTH_OPEN_ANYWHERE=yes allows it all the same)',
  );
}

function isLoopback(host: string) {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

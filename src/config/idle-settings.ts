import { ConfigError } from './config-error.ts';
import type { Settings } from './settings.ts';

export interface IdleSettingsOptions {
  /** The settings that are set, by name. */
  readonly given: Readonly<Record<string, string>>;
  readonly archive: 'off' | 'folder' | 's3';
}

const PROVIDER_SETTINGS = ['PHOTO_THIRD_CODE', 'PHOTO_SECRET_KEY'];
const ARCHIVE_SETTINGS = [
  'ARCHIVE_KEEP_DAYS',
  'ARCHIVE_ORIGINALS',
  'ARCHIVE_ORIGINS',
  'PHOTO_RESULT_HOSTS',
];
const WEBHOOK_SETTINGS = ['WEBHOOK_PRIVATE_HOSTS', 'WEBHOOK_TIMEOUT_MS'];
const BUCKET_SETTINGS = [
  'S3_ENDPOINT',
  'S3_PUBLIC_ENDPOINT',
  'S3_ADDRESSING',
  'S3_REGION',
  'S3_ACCESS_KEY_ID',
  'S3_SECRET_ACCESS_KEY',
];

/**
 * Rejects settings that have no effect together with the others: whoever sets them expects an effect.
 * @throws ConfigError naming the first one.
 */
export function refuseIdle(settings: Settings, { given, archive }: IdleSettingsOptions): void {
  function refuse(names: readonly string[], where: string) {
    const name = names.find((candidate) => candidate in given);
    if (name !== undefined) throw new ConfigError(`${name} has no effect when ${where}`);
  }

  if (settings.PHOTO_API_URL === undefined) {
    refuse(PROVIDER_SETTINGS, 'PHOTO_API_URL is not set: the embedded simulator would start');
  }
  if (archive === 'off') refuse(ARCHIVE_SETTINGS, 'ARCHIVE_URL is off');
  if (archive !== 's3') refuse(BUCKET_SETTINGS, 'ARCHIVE_URL is not a bucket, s3://bucket/prefix');
  if (settings.TRUSTED_DOCUMENTS === 'only') {
    refuse(['PERSISTED_QUERIES'], 'TRUSTED_DOCUMENTS is only');
    if (settings.FEDERATION === 'on') {
      refuse(['FEDERATION'], 'TRUSTED_DOCUMENTS is only: a router writes its documents itself');
    }
  }
  if (settings.CALLBACK_URLS === undefined) {
    refuse(['MAX_CALLBACK_SUBSCRIPTIONS'], 'CALLBACK_URLS is not set');
  }
  if (settings.WEBHOOK_URL === undefined && settings.API_KEYS_FILE === undefined) {
    refuse(WEBHOOK_SETTINGS, 'neither WEBHOOK_URL nor API_KEYS_FILE is set');
  }
  refuseAbove(settings, 'MAX_CONCURRENT_UPLOADS_PER_CLIENT', 'MAX_CONCURRENT_UPLOADS');
  refuseAbove(settings, 'MAX_CONNECTIONS_PER_ADDRESS', 'MAX_CONNECTIONS');
}

/** Rejects a limit per client or address that is larger than the limit for all. */
function refuseAbove(
  settings: Settings,
  limit: 'MAX_CONCURRENT_UPLOADS_PER_CLIENT' | 'MAX_CONNECTIONS_PER_ADDRESS',
  whole: 'MAX_CONCURRENT_UPLOADS' | 'MAX_CONNECTIONS',
) {
  if ((settings[limit] ?? 0) <= settings[whole]) return;
  throw new ConfigError(`${limit} must be at most ${whole}, which is ${settings[whole]}`);
}

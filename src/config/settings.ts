import { z } from 'zod';
import { databaseUrl } from './database-url.ts';
import {
  baseUrl,
  code,
  host,
  httpUrl,
  integer,
  LONGEST_TIMER_MS,
  milliseconds,
  path,
  providerUrl,
  secret,
  textWithout,
  wholeNumber,
} from './setting-forms.ts';
import {
  addressRanges,
  baseUrls,
  hostPatterns,
  hosts,
  origins,
  paths,
  preflightHeaders,
} from './setting-lists.ts';

const onOrOff = z.enum(['on', 'off'], 'must be on or off');
const onUnlessOff = onOrOff.default('on');

const unsupported = z.undefined('is not supported by this version; unset it').optional();

/** The settings of docs/settings.md by name in the environment, each with its format and its default. */
export const settingsSchema = z.object({
  HOST: host.default('127.0.0.1'),
  PORT: integer(4000, { min: 0, max: 65_535 }),
  PHOTO_API_URL: providerUrl.optional(),
  PHOTO_THIRD_CODE: code.optional(),
  PHOTO_SECRET_KEY: secret.optional(),
  SIMULATOR_UPLOADS: wholeNumber({ min: 0, max: 1_000_000_000 }).optional(),
  UPSTREAM_TIMEOUT_MS: milliseconds(10_000),
  MAX_FILE_SIZE: integer(20_971_520, { min: 1, max: Number.MAX_SAFE_INTEGER }),
  UPLOAD_TIMEOUT_MS: milliseconds(120_000),
  UPLOAD_IDLE_TIMEOUT_MS: milliseconds(15_000),
  // Keys must outlive it by far: they are forgotten after a day.
  UPLOAD_SETTLE_MS: integer(60_000, { min: 1, max: 3_600_000 }),
  MAX_CONCURRENT_UPLOADS: integer(128, { min: 1, max: 100_000 }),
  MAX_CONCURRENT_UPLOADS_PER_CLIENT: wholeNumber({ min: 1, max: 100_000 }).optional(),
  POLL_INTERVAL_MS: milliseconds(1000),
  WAIT_TIMEOUT_MS: milliseconds(600_000),
  DRAIN_TIMEOUT_MS: milliseconds(10_000),
  DRAIN_DELAY_MS: integer(0, { min: 0, max: LONGEST_TIMER_MS }),
  POLLS_PER_SECOND: integer(1000, { min: 1, max: 10_000 }),
  UPLOADS_PER_DAY: wholeNumber({ min: 1, max: 1_000_000 }).optional(),
  PUBLIC_URL: baseUrl.optional(),
  DATA_DIR: path.default('./data'),
  DATABASE_URL: databaseUrl.optional(),
  ARCHIVE_URL: z.string().optional(),
  ARCHIVE_KEEP_DAYS: wholeNumber({ min: 1, max: 36_500 }).optional(),
  ARCHIVE_ORIGINALS: onOrOff.optional(),
  ARCHIVE_ORIGINS: onOrOff.optional(),
  PHOTO_RESULT_HOSTS: hostPatterns.optional(),
  S3_ENDPOINT: baseUrl.optional(),
  S3_PUBLIC_ENDPOINT: baseUrl.optional(),
  S3_ADDRESSING: z.enum(['path', 'virtual'], 'must be path or virtual').optional(),
  S3_REGION: textWithout((text) =>
    /^[\w-]+$/.test(text) ? null : 'must be the name of a region such as eu-central-1',
  ).default('us-east-1'),
  S3_ACCESS_KEY_ID: code.optional(),
  S3_SECRET_ACCESS_KEY: secret.optional(),
  AUTH: z.enum(['open', 'required'], 'must be open or required').optional(),
  AUTH_OPEN_ANYWHERE: z.literal('yes', 'must be yes, or unset').optional(),
  API_KEYS_FILE: path.optional(),
  JWT_JWKS_URL: httpUrl.optional(),
  JWT_ISSUER: z.string().optional(),
  JWT_AUDIENCE: z.string().optional(),
  CORS_ORIGINS: origins,
  ALLOWED_HOSTS: hosts.optional(),
  PREFLIGHT_HEADERS: preflightHeaders.optional(),
  MAX_EVENT_LOOP_LAG_MS: milliseconds(1000),
  MAX_CONNECTIONS: integer(10_000, { min: 1, max: 1_000_000 }),
  MAX_CONNECTIONS_PER_ADDRESS: wholeNumber({ min: 1, max: 1_000_000 }).optional(),
  MAX_SUBSCRIPTIONS_PER_CLIENT: wholeNumber({ min: 1, max: 1_000_000 }).optional(),
  REQUESTS_PER_MINUTE_PER_CLIENT: wholeNumber({ min: 1, max: 100_000_000 }).optional(),
  REQUESTS_PER_MINUTE_PER_ADDRESS: wholeNumber({ min: 1, max: 100_000_000 }).optional(),
  TRUSTED_PROXIES: addressRanges.optional(),
  INTROSPECTION: onUnlessOff,
  GRAPHIQL: onUnlessOff,
  STUDIO: onUnlessOff,
  PERSISTED_QUERIES: onUnlessOff,
  FEDERATION: onOrOff.default('off'),
  CALLBACK_URLS: baseUrls.optional(),
  MAX_CALLBACK_SUBSCRIPTIONS: integer(10_000, { min: 1, max: 10_000_000 }),
  TRUSTED_DOCUMENTS: z.literal('only', 'must be only, or unset').optional(),
  TRUSTED_DOCUMENTS_FILE: paths.optional(),
  LOG_LEVEL: z
    .enum(
      ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'],
      'must be trace, debug, info, warn, error, fatal or silent',
    )
    .default('info'),
  METRICS: z.enum(['loopback', 'on', 'off'], 'must be loopback, on or off').default('loopback'),
  OTEL_EXPORTER_OTLP_ENDPOINT: baseUrl.optional(),
  OTEL_SERVICE_NAME: z.string().default('photo-gateway'),
  WEBHOOK_SECRET: unsupported,
  WEBHOOK_URL: unsupported,
});

export type Settings = z.infer<typeof settingsSchema>;

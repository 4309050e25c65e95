import { isIP } from 'node:net';
import { z } from 'zod';
import { createSecret } from './secret.ts';

/** A setting that is missing or malformed. The message is one line that begins with the setting's name. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

const integer = (defaultValue: number, { min, max }: { min: number; max: number }) =>
  z
    .string()
    .regex(/^\d+$/, 'must be a whole number')
    .transform(Number)
    .pipe(z.number().min(min, `must be at least ${min}`).max(max, `must be at most ${max}`))
    .default(defaultValue);

/** Node's timers fire at once for anything longer than this. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;
const milliseconds = (defaultValue: number) =>
  integer(defaultValue, { min: 1, max: LONGEST_TIMER_MS });

const httpUrl = z
  .url({ protocol: /^https?$/, message: 'must be an http or https address' })
  .transform((text) => new URL(text));

const origins = z
  .string()
  .transform((text) => text.split(',').map((origin) => origin.trim()))
  .pipe(
    z.array(
      z
        .string()
        .refine(
          (text) => URL.canParse(text) && new URL(text).origin === text,
          'must be origins such as https://app.example.com, separated by commas',
        ),
    ),
  )
  .default([]);

const unsupported = z.undefined('is not supported by this version; unset it').optional();

/** The settings of the contract by their names in the environment, each with its form and its default. */
export const settingsSchema = z.object({
  HOST: z.string().default('127.0.0.1'),
  PORT: integer(4000, { min: 0, max: 65_535 }),
  PHOTO_API_URL: httpUrl.optional(),
  PHOTO_THIRD_CODE: z.string().optional(),
  PHOTO_SECRET_KEY: z.string().transform(createSecret).optional(),
  UPSTREAM_TIMEOUT_MS: milliseconds(10_000),
  MAX_FILE_SIZE: integer(20_971_520, { min: 1, max: Number.MAX_SAFE_INTEGER }),
  UPLOAD_TIMEOUT_MS: milliseconds(120_000),
  UPLOAD_IDLE_TIMEOUT_MS: milliseconds(15_000),
  MAX_CONCURRENT_UPLOADS: integer(128, { min: 1, max: 100_000 }),
  POLL_INTERVAL_MS: milliseconds(1000),
  WAIT_TIMEOUT_MS: milliseconds(600_000),
  DRAIN_TIMEOUT_MS: milliseconds(10_000),
  AUTH: z.enum(['open', 'required'], 'must be open or required').optional(),
  AUTH_OPEN_ANYWHERE: z.literal('yes', 'must be yes, or unset').optional(),
  CORS_ORIGINS: origins,
  LOG_LEVEL: z
    .enum(
      ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'],
      'must be trace, debug, info, warn, error, fatal or silent',
    )
    .default('info'),
  API_KEYS_FILE: unsupported,
  JWT_JWKS_URL: unsupported,
  JWT_ISSUER: unsupported,
  JWT_AUDIENCE: unsupported,
  DATA_DIR: unsupported,
  REDIS_URL: unsupported,
  ARCHIVE_URL: unsupported,
});

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
    waitTimeoutMs: settings.WAIT_TIMEOUT_MS,
    drainTimeoutMs: settings.DRAIN_TIMEOUT_MS,
    corsOrigins: settings.CORS_ORIGINS,
    logLevel: settings.LOG_LEVEL,
    openToNetwork: !isLoopback(settings.HOST),
  });
}

type Settings = z.infer<typeof settingsSchema>;

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

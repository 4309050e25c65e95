import ipaddr from 'ipaddr.js';
import { z } from 'zod';
import { createSecret } from './secret.ts';

const wholeNumber = ({ min, max }: { min: number; max: number }) =>
  z
    .string()
    .regex(/^\d+$/, 'must be a whole number')
    .transform(Number)
    .pipe(z.number().min(min, `must be at least ${min}`).max(max, `must be at most ${max}`));

const integer = (defaultValue: number, bounds: { min: number; max: number }) =>
  wholeNumber(bounds).default(defaultValue);

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

/** Host names, or addresses, without a port. */
const hosts = z
  .string()
  .transform((text) => text.split(',').map((host) => host.trim().toLowerCase()))
  .pipe(
    z.array(
      z
        .string()
        .refine(
          (host) => URL.canParse(`http://${host}`) && new URL(`http://${host}`).hostname === host,
          'must be host names such as photo.example.com, separated by commas',
        ),
    ),
  );

/** Addresses, and CIDR ranges that leave out somebody: whoever trusts all believes what anyone says. */
const addressRanges = z
  .string()
  .transform((text) => text.split(',').map((range) => range.trim()))
  .pipe(
    z.array(
      z
        .string()
        .refine(
          isAddressRange,
          'must be addresses or ranges such as 10.0.0.0/8, separated by commas',
        ),
    ),
  );

function isAddressRange(text: string): boolean {
  if (ipaddr.IPv4.isValidFourPartDecimal(text) || ipaddr.IPv6.isValid(text)) return true;
  const isRange = ipaddr.IPv4.isValidCIDRFourPartDecimal(text) || ipaddr.IPv6.isValidCIDR(text);
  return isRange && ipaddr.parseCIDR(text)[1] > 0;
}

/** What a browser or a proxy puts into requests by itself, or lets any page put in without asking. */
const UNASKED_HEADERS =
  /^(?:accept|access-control|content|proxy|sec|x-forwarded|x-real|if)-.*|^(?:accept|authorization|cache-control|connection|cookie2?|date|dnt|downlink|dpr|device-memory|ect|expect|forwarded|from|host|keep-alive|origin|pragma|priority|range|referer|rtt|save-data|te|trailer|transfer-encoding|upgrade(?:-.*)?|user-agent|via|viewport-width|width|x-request-id)$/;

const preflightHeaders = z
  .string()
  .transform((text) => text.split(',').map((name) => name.trim().toLowerCase()))
  .pipe(
    z.array(
      z
        .string()
        .refine(
          (name) => /^[\w!#$%&'*+.^`|~-]+$/.test(name) && !UNASKED_HEADERS.test(name),
          'must be names of headers that no browser and no proxy sends by itself, separated by commas',
        ),
    ),
  );

const onOrOff = z.enum(['on', 'off'], 'must be on or off').default('on');

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
  UPLOAD_SETTLE_MS: milliseconds(60_000),
  MAX_CONCURRENT_UPLOADS: integer(128, { min: 1, max: 100_000 }),
  MAX_CONCURRENT_UPLOADS_PER_CLIENT: wholeNumber({ min: 1, max: 100_000 }).optional(),
  POLL_INTERVAL_MS: milliseconds(1000),
  WAIT_TIMEOUT_MS: milliseconds(600_000),
  DRAIN_TIMEOUT_MS: milliseconds(10_000),
  DRAIN_DELAY_MS: integer(0, { min: 0, max: LONGEST_TIMER_MS }),
  POLLS_PER_SECOND: integer(20, { min: 1, max: 10_000 }),
  UPLOADS_PER_DAY: wholeNumber({ min: 1, max: 1_000_000 }).optional(),
  PUBLIC_URL: httpUrl.optional(),
  DATA_DIR: z.string().default('./data'),
  ARCHIVE_URL: z.string().optional(),
  ARCHIVE_KEEP_DAYS: wholeNumber({ min: 1, max: 36_500 }).optional(),
  PHOTO_RESULT_HOSTS: hosts.optional(),
  S3_ENDPOINT: httpUrl.optional(),
  S3_REGION: z.string().default('us-east-1'),
  S3_ACCESS_KEY_ID: z.string().optional(),
  S3_SECRET_ACCESS_KEY: z.string().transform(createSecret).optional(),
  AUTH: z.enum(['open', 'required'], 'must be open or required').optional(),
  AUTH_OPEN_ANYWHERE: z.literal('yes', 'must be yes, or unset').optional(),
  API_KEYS_FILE: z.string().optional(),
  JWT_JWKS_URL: httpUrl
    .refine(({ username, password }) => username + password === '', 'must not hold credentials')
    .optional(),
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
  INTROSPECTION: onOrOff,
  GRAPHIQL: onOrOff,
  STUDIO: onOrOff,
  TRUSTED_DOCUMENTS: z.literal('only', 'must be only, or unset').optional(),
  TRUSTED_DOCUMENTS_FILE: z
    .string()
    .transform((text) => text.split(',').map((file) => file.trim()))
    .optional(),
  LOG_LEVEL: z
    .enum(
      ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'],
      'must be trace, debug, info, warn, error, fatal or silent',
    )
    .default('info'),
  METRICS: z.enum(['loopback', 'on', 'off'], 'must be loopback, on or off').default('loopback'),
  OTEL_EXPORTER_OTLP_ENDPOINT: httpUrl.optional(),
  OTEL_SERVICE_NAME: z.string().default('photo-gateway'),
  REDIS_URL: unsupported,
});

export type Settings = z.infer<typeof settingsSchema>;

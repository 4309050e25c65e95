import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { createSecret, type Secret } from '../common/secret.ts';
import { archiveConfig } from './archive-settings.ts';
import { ConfigError } from './config-error.ts';
import { passwordOf } from './database-url.ts';
import { holderLimits } from './holder-limits.ts';
import { refuseIdle } from './idle-settings.ts';
import { mistakeIn, givenSettings, type Environment } from './raw-settings.ts';
import { settingsSchema, type Settings } from './settings.ts';
import { webhookConfig } from './webhook-settings.ts';

export { ConfigError } from './config-error.ts';

/** All settings, parsed. Durations are in milliseconds, sizes in bytes. */
export type Config = ReturnType<typeof loadConfig>;

/**
 * Reads the settings of the contract from `env`, the environment of a process. White space around a value is
 * removed; a value that is then empty counts as not set.
 * @throws ConfigError naming the first setting that is missing, malformed, or without effect.
 */
export function loadConfig(env: Environment) {
  const given = givenSettings(env, Object.keys(settingsSchema.shape));
  for (const [name, value] of Object.entries(given)) {
    const mistake = mistakeIn(value);
    if (mistake !== null) throw new ConfigError(`${name} ${mistake}`);
  }
  const parsed = settingsSchema.safeParse(given);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new ConfigError(`${issue?.path[0]?.toString() ?? 'settings'} ${issue?.message ?? ''}`);
  }
  const settings = parsed.data;
  const archive = archiveConfig(settings);
  refuseIdle(settings, { given, archive: archive?.kind ?? 'off' });
  const auth = authOf(settings);
  const limits = limitsOf(settings, auth.mode);
  return Object.freeze({
    host: settings.HOST,
    port: settings.PORT,
    provider: providerAccount(settings),
    simulatorUploads: settings.SIMULATOR_UPLOADS,
    upstreamTimeoutMs: settings.UPSTREAM_TIMEOUT_MS,
    maxFileSizeBytes: settings.MAX_FILE_SIZE,
    uploadTimeoutMs: settings.UPLOAD_TIMEOUT_MS,
    uploadIdleTimeoutMs: settings.UPLOAD_IDLE_TIMEOUT_MS,
    uploadSettleMs: settings.UPLOAD_SETTLE_MS,
    maxConcurrentUploads: settings.MAX_CONCURRENT_UPLOADS,
    maxConcurrentUploadsPerClient: limits.uploadsPerClient,
    pollIntervalMs: settings.POLL_INTERVAL_MS,
    pollsPerSecond: settings.POLLS_PER_SECOND,
    uploadsPerDay: settings.UPLOADS_PER_DAY ?? null,
    waitTimeoutMs: settings.WAIT_TIMEOUT_MS,
    drainTimeoutMs: settings.DRAIN_TIMEOUT_MS,
    drainDelayMs: drainDelay(settings),
    corsOrigins: settings.CORS_ORIGINS,
    publicUrl: settings.PUBLIC_URL ?? null,
    dataDirectory: resolve(settings.DATA_DIR),
    databaseUrl: settings.DATABASE_URL ?? null,
    archive,
    webhooks: webhooksOf(settings, archive?.kind ?? 'off'),
    resultHosts: settings.PHOTO_RESULT_HOSTS ?? null,
    allowedHosts: allowedHosts(settings),
    preflightHeaders: settings.PREFLIGHT_HEADERS ?? [],
    maxEventLoopLagMs: settings.MAX_EVENT_LOOP_LAG_MS,
    maxConnections: settings.MAX_CONNECTIONS,
    traffic: limits.traffic,
    trustedProxies: settings.TRUSTED_PROXIES ?? [],
    introspection: settings.INTROSPECTION === 'on',
    graphiql: settings.GRAPHIQL === 'on',
    studio: settings.STUDIO === 'on',
    trustedDocuments: trustedDocuments(settings),
    persistedQueries: settings.PERSISTED_QUERIES === 'on',
    federation: settings.FEDERATION === 'on',
    callbacks: callbacksOf(settings),
    logLevel: settings.LOG_LEVEL,
    metricsReaders: METRICS_READERS[settings.METRICS],
    traces: traceCollector(settings),
    auth,
    openToNetwork: auth.mode === 'open' && !isLoopback(settings.HOST),
  });
}

/** All secrets among the settings, for the log to hide. */
export function secretsOf({ provider, archive, databaseUrl, webhooks }: Config): readonly Secret[] {
  const password = databaseUrl && passwordOf(databaseUrl.reveal());
  return [
    ...(provider === null ? [] : [provider.secretKey]),
    ...(archive?.kind === 's3' ? [archive.credentials.secretAccessKey] : []),
    ...(webhooks.receiver?.secrets ?? []),
    ...(databaseUrl === null ? [] : [databaseUrl]),
    ...(password === null ? [] : [createSecret(password)]),
  ];
}

/** The account at the provider. Null if the embedded simulator is used instead. */
function providerAccount(settings: Settings) {
  if (settings.PHOTO_API_URL === undefined) return null;
  if (settings.PHOTO_THIRD_CODE === undefined) {
    throw new ConfigError('PHOTO_THIRD_CODE is required with PHOTO_API_URL');
  }
  if (settings.PHOTO_SECRET_KEY === undefined) {
    throw new ConfigError('PHOTO_SECRET_KEY is required with PHOTO_API_URL');
  }
  return Object.freeze({
    baseUrl: settings.PHOTO_API_URL,
    accountCode: settings.PHOTO_THIRD_CODE,
    secretKey: settings.PHOTO_SECRET_KEY,
  });
}

/**
 * With an archive, webhooks name pictures by addresses of this gateway, in a bucket too until they are there. Their
 * receivers must reach it.
 */
function webhooksOf(settings: Settings, archive: 'off' | 'folder' | 's3') {
  const webhooks = webhookConfig(settings);
  const { HOST, PUBLIC_URL } = settings;
  const namesPictures = archive === 'off' || PUBLIC_URL !== undefined || isLoopback(HOST);
  if (webhooks.receiver === null || namesPictures)
    return Object.freeze({ ...webhooks, namesPictures });
  throw new ConfigError(
    'PUBLIC_URL is required with WEBHOOK_URL: the addresses of archived pictures begin with it',
  );
}

/** Hosts that a request may name besides the loopback names. Null for any. */
function allowedHosts({ HOST, ALLOWED_HOSTS, PUBLIC_URL }: Settings) {
  if (ALLOWED_HOSTS === undefined && !isLoopback(HOST)) return null;
  return [...(ALLOWED_HOSTS ?? []), ...(PUBLIC_URL ? [PUBLIC_URL.hostname] : [])];
}

/**
 * The limits for each client and each address. On a loopback host all requests come from one address, unless
 * a proxy reports theirs. Without authentication only their addresses tell clients apart.
 */
function limitsOf(settings: Settings, auth: 'open' | 'required') {
  const addressesDiffer = !isLoopback(settings.HOST) || settings.TRUSTED_PROXIES !== undefined;
  const clientsDiffer = auth === 'required' || addressesDiffer;
  return holderLimits(settings, { addressesDiffer, clientsDiffer });
}

/** The manifests of trusted documents, and whether only trusted documents may run. */
function trustedDocuments({ TRUSTED_DOCUMENTS, TRUSTED_DOCUMENTS_FILE }: Settings) {
  const only = TRUSTED_DOCUMENTS === 'only';
  if (only && TRUSTED_DOCUMENTS_FILE === undefined) {
    throw new ConfigError('TRUSTED_DOCUMENTS_FILE is required with TRUSTED_DOCUMENTS=only');
  }
  return Object.freeze({ only, files: TRUSTED_DOCUMENTS_FILE?.map((file) => resolve(file)) ?? [] });
}

/** The routers that may subscribe by callback. Null for none. */
function callbacksOf({ CALLBACK_URLS: urls, MAX_CALLBACK_SUBSCRIPTIONS }: Settings) {
  if (urls === undefined) return null;
  return Object.freeze({ urls, maxSubscriptions: MAX_CALLBACK_SUBSCRIPTIONS });
}

/** How long the gateway goes on listening after it reports that it is draining. */
function drainDelay({ DRAIN_DELAY_MS, DRAIN_TIMEOUT_MS }: Settings) {
  if (DRAIN_DELAY_MS < DRAIN_TIMEOUT_MS) return DRAIN_DELAY_MS;
  throw new ConfigError(
    `DRAIN_DELAY_MS must be less than DRAIN_TIMEOUT_MS, which is ${DRAIN_TIMEOUT_MS} and includes it`,
  );
}

/** Who may read `/metrics`. Null for nobody. */
const METRICS_READERS = { loopback: 'loopback', on: 'everyone', off: null } as const;

/** Where spans are sent. Null if nothing is traced. */
function traceCollector({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_SERVICE_NAME }: Settings) {
  if (endpoint === undefined) return null;
  return Object.freeze({ endpoint, serviceName: OTEL_SERVICE_NAME });
}

/**
 * How clients authenticate. Nobody may spend uploads of the paid account over a network without
 * authentication, unless two settings say so.
 */
function authOf(settings: Settings) {
  const loopback = isLoopback(settings.HOST);
  const mode = settings.AUTH ?? (loopback ? 'open' : 'required');
  const keysFile = settings.API_KEYS_FILE === undefined ? null : resolve(settings.API_KEYS_FILE);
  const tokens = tokenIssuer(settings);
  if (mode === 'open' && !loopback && settings.AUTH_OPEN_ANYWHERE !== 'yes') {
    throw new ConfigError(
      'HOST must be a loopback address when AUTH is open: anyone who reaches any other address could ' +
        'spend your uploads (AUTH_OPEN_ANYWHERE=yes allows that)',
    );
  }
  if (mode === 'required' && keysFile === null && tokens === null) {
    throw new ConfigError(
      settings.AUTH === 'required'
        ? 'AUTH is required: set API_KEYS_FILE or JWT_JWKS_URL, which say who may call'
        : 'HOST is not a loopback address: set API_KEYS_FILE or JWT_JWKS_URL, which say who may call ' +
            '(AUTH=open with AUTH_OPEN_ANYWHERE=yes lets everyone in)',
    );
  }
  if (mode === 'open') refuseIgnoredKeys(settings);
  else if (settings.AUTH_OPEN_ANYWHERE !== undefined) {
    throw new ConfigError(
      'AUTH_OPEN_ANYWHERE has no effect when AUTH is required: unset it, or set AUTH=open',
    );
  }
  return Object.freeze({ mode, keysFile, tokens });
}

/** An operator who names keys expects them to be checked. */
function refuseIgnoredKeys({ API_KEYS_FILE, JWT_JWKS_URL }: Settings) {
  const given = Object.entries({ API_KEYS_FILE, JWT_JWKS_URL }).filter(
    ([, value]) => value !== undefined,
  );
  if (given.length === 0) return;
  const names = given.map(([name]) => name).join(' and ');
  throw new ConfigError(
    `${names} would keep nobody out, because AUTH is open, the default on a loopback HOST: ` +
      `set AUTH=required, or unset ${names}`,
  );
}

/** The issuer whose tokens are accepted. Null for none. */
function tokenIssuer({ JWT_JWKS_URL, JWT_ISSUER, JWT_AUDIENCE }: Settings) {
  if (JWT_JWKS_URL === undefined) {
    const orphan = Object.entries({ JWT_ISSUER, JWT_AUDIENCE }).find(
      ([, value]) => value !== undefined,
    );
    if (orphan) throw new ConfigError(`${orphan[0]} has no effect when JWT_JWKS_URL is not set`);
    return null;
  }
  // A token made for another service, by this issuer or another, must not be accepted here.
  if (JWT_ISSUER === undefined) {
    throw new ConfigError('JWT_ISSUER is required with JWT_JWKS_URL');
  }
  if (JWT_AUDIENCE === undefined) {
    throw new ConfigError('JWT_AUDIENCE is required with JWT_JWKS_URL');
  }
  return Object.freeze({ jwksUrl: JWT_JWKS_URL, issuer: JWT_ISSUER, audience: JWT_AUDIENCE });
}

function isLoopback(host: string) {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { archivePlace } from './archive-settings.ts';
import { ConfigError } from './config-error.ts';
import { fairShares } from './fair-shares.ts';
import { refuseIdle } from './idle-settings.ts';
import { accidentIn, givenSettings, type Environment } from './raw-settings.ts';
import type { Secret } from '../common/secret.ts';
import { settingsSchema, type Settings } from './settings.ts';

export { ConfigError } from './config-error.ts';

/** Every setting, parsed. Durations are milliseconds, sizes bytes. */
export type Config = ReturnType<typeof loadConfig>;

/**
 * Reads the settings of the contract from `env`, a process environment. Blanks around a value are left out,
 * and one that is then empty counts as unset.
 * @throws ConfigError naming the first setting that is missing, malformed, or can mean nothing.
 */
export function loadConfig(env: Environment) {
  const given = givenSettings(env, Object.keys(settingsSchema.shape));
  for (const [name, value] of Object.entries(given)) {
    const accident = accidentIn(value);
    if (accident !== null) throw new ConfigError(`${name} ${accident}`);
  }
  const parsed = settingsSchema.safeParse(given);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new ConfigError(`${issue?.path[0]?.toString() ?? 'settings'} ${issue?.message ?? ''}`);
  }
  const settings = parsed.data;
  const archive = archivePlace(settings);
  refuseIdle(settings, { given, archive: archive?.kind ?? 'off' });
  const auth = authOf(settings);
  const shares = sharesOf(settings, auth.mode);
  return Object.freeze({
    host: settings.HOST,
    port: settings.PORT,
    provider: providerAccount(settings),
    upstreamTimeoutMs: settings.UPSTREAM_TIMEOUT_MS,
    maxFileSizeBytes: settings.MAX_FILE_SIZE,
    uploadTimeoutMs: settings.UPLOAD_TIMEOUT_MS,
    uploadIdleTimeoutMs: settings.UPLOAD_IDLE_TIMEOUT_MS,
    uploadSettleMs: settings.UPLOAD_SETTLE_MS,
    maxConcurrentUploads: settings.MAX_CONCURRENT_UPLOADS,
    maxConcurrentUploadsPerClient: shares.uploadsPerClient,
    pollIntervalMs: settings.POLL_INTERVAL_MS,
    pollsPerSecond: settings.POLLS_PER_SECOND,
    uploadsPerDay: settings.UPLOADS_PER_DAY ?? null,
    waitTimeoutMs: settings.WAIT_TIMEOUT_MS,
    drainTimeoutMs: settings.DRAIN_TIMEOUT_MS,
    drainDelayMs: drainDelay(settings),
    corsOrigins: settings.CORS_ORIGINS,
    publicUrl: settings.PUBLIC_URL ?? null,
    dataDirectory: resolve(settings.DATA_DIR),
    archive,
    resultHosts: settings.PHOTO_RESULT_HOSTS ?? null,
    allowedHosts: allowedHosts(settings),
    preflightHeaders: settings.PREFLIGHT_HEADERS ?? [],
    maxEventLoopLagMs: settings.MAX_EVENT_LOOP_LAG_MS,
    maxConnections: settings.MAX_CONNECTIONS,
    traffic: shares.traffic,
    trustedProxies: settings.TRUSTED_PROXIES ?? [],
    introspection: settings.INTROSPECTION === 'on',
    graphiql: settings.GRAPHIQL === 'on',
    studio: settings.STUDIO === 'on',
    trustedDocuments: trustedDocuments(settings),
    logLevel: settings.LOG_LEVEL,
    metricsReaders: METRICS_READERS[settings.METRICS],
    traces: traceCollector(settings),
    auth,
    openToNetwork: auth.mode === 'open' && !isLoopback(settings.HOST),
  });
}

/** Every secret among the settings, for the log to hide. */
export function secretsOf({ provider, archive }: Config): readonly Secret[] {
  const bucket = archive?.kind === 's3' ? [archive.credentials.secretAccessKey] : [];
  return provider === null ? bucket : [provider.secretKey, ...bucket];
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

/** Hosts that a request may name beside the loopback ones, or null for any. */
function allowedHosts({ HOST, ALLOWED_HOSTS, PUBLIC_URL }: Settings) {
  if (ALLOWED_HOSTS === undefined && !isLoopback(HOST)) return null;
  return [...(ALLOWED_HOSTS ?? []), ...(PUBLIC_URL ? [PUBLIC_URL.hostname] : [])];
}

/**
 * How much one client and one address may have. On a loopback host all have one address unless a proxy tells
 * theirs, and without authentication all are one client but for their addresses.
 */
function sharesOf(settings: Settings, auth: 'open' | 'required') {
  const addressesDiffer = !isLoopback(settings.HOST) || settings.TRUSTED_PROXIES !== undefined;
  const clientsDiffer = auth === 'required' || addressesDiffer;
  return fairShares(settings, { addressesDiffer, clientsDiffer });
}

/** The manifests of documents that run by their ids, and whether others run too. */
function trustedDocuments({ TRUSTED_DOCUMENTS, TRUSTED_DOCUMENTS_FILE }: Settings) {
  const only = TRUSTED_DOCUMENTS === 'only';
  if (only && TRUSTED_DOCUMENTS_FILE === undefined) {
    throw new ConfigError('TRUSTED_DOCUMENTS_FILE is required where TRUSTED_DOCUMENTS is only');
  }
  return Object.freeze({ only, files: TRUSTED_DOCUMENTS_FILE?.map((file) => resolve(file)) ?? [] });
}

/** How long the gateway listens on after it has said that it stops. */
function drainDelay({ DRAIN_DELAY_MS, DRAIN_TIMEOUT_MS }: Settings) {
  if (DRAIN_DELAY_MS < DRAIN_TIMEOUT_MS) return DRAIN_DELAY_MS;
  throw new ConfigError(
    `DRAIN_DELAY_MS must be less than DRAIN_TIMEOUT_MS, ${DRAIN_TIMEOUT_MS}: it is a part of it`,
  );
}

/** Who may read `/metrics`, or null for nobody. */
const METRICS_READERS = { loopback: 'loopback', on: 'everyone', off: null } as const;

/** Where spans are sent, or null where none are made. */
function traceCollector({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_SERVICE_NAME }: Settings) {
  if (endpoint === undefined) return null;
  return Object.freeze({ endpoint, serviceName: OTEL_SERVICE_NAME });
}

/**
 * Who may call. Nobody may spend from the paid account over a network without being asked, unless that is
 * said twice.
 */
function authOf(settings: Settings) {
  const loopback = isLoopback(settings.HOST);
  const mode = settings.AUTH ?? (loopback ? 'open' : 'required');
  const keysFile = settings.API_KEYS_FILE === undefined ? null : resolve(settings.API_KEYS_FILE);
  const tokens = tokenIssuer(settings);
  if (mode === 'open' && !loopback && settings.AUTH_OPEN_ANYWHERE !== 'yes') {
    throw new ConfigError(
      'HOST must be a loopback address where AUTH is open: anyone who reaches another could spend your ' +
        'uploads (AUTH_OPEN_ANYWHERE=yes allows it all the same)',
    );
  }
  if (mode === 'required' && keysFile === null && tokens === null) {
    throw new ConfigError(
      settings.AUTH === 'required'
        ? 'AUTH required needs API_KEYS_FILE or JWT_JWKS_URL, which tell who may call'
        : 'HOST that is no loopback address needs API_KEYS_FILE or JWT_JWKS_URL, which tell who may call ' +
            '(AUTH=open with AUTH_OPEN_ANYWHERE=yes lets everybody)',
    );
  }
  if (mode === 'open') refuseUnaskedKeys(settings);
  else if (settings.AUTH_OPEN_ANYWHERE !== undefined) {
    throw new ConfigError(
      'AUTH_OPEN_ANYWHERE is of no use where AUTH is required: unset it, or set AUTH=open',
    );
  }
  return Object.freeze({ mode, keysFile, tokens });
}

/** Whoever names keys takes them to be asked for. */
function refuseUnaskedKeys({ API_KEYS_FILE, JWT_JWKS_URL }: Settings) {
  const given = Object.entries({ API_KEYS_FILE, JWT_JWKS_URL }).filter(
    ([, value]) => value !== undefined,
  );
  if (given.length === 0) return;
  const names = given.map(([name]) => name).join(' and ');
  throw new ConfigError(
    `${names} would let everybody in where AUTH is open, as it is on a loopback HOST: ` +
      `set AUTH=required (or AUTH=open, and unset ${names})`,
  );
}

/** Whose tokens let clients in, or null for nobody's. */
function tokenIssuer({ JWT_JWKS_URL, JWT_ISSUER, JWT_AUDIENCE }: Settings) {
  if (JWT_JWKS_URL === undefined) {
    const left = Object.entries({ JWT_ISSUER, JWT_AUDIENCE }).find(
      ([, value]) => value !== undefined,
    );
    if (left) throw new ConfigError(`${left[0]} is of no use where JWT_JWKS_URL is not set`);
    return null;
  }
  // A token that was made for another service, by the same issuer or not, must not let anyone in here.
  if (JWT_ISSUER === undefined) {
    throw new ConfigError('JWT_ISSUER is required where JWT_JWKS_URL is set');
  }
  if (JWT_AUDIENCE === undefined) {
    throw new ConfigError('JWT_AUDIENCE is required where JWT_JWKS_URL is set');
  }
  return Object.freeze({ jwksUrl: JWT_JWKS_URL, issuer: JWT_ISSUER, audience: JWT_AUDIENCE });
}

function isLoopback(host: string) {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ConfigError, loadConfig } from '../src/config/config.ts';

const noLimits = {
  requestsPerClient: null,
  requestsPerAddress: null,
  subscriptionsPerClient: null,
  connectionsPerAddress: null,
};

const hostOf = (HOST: string) => loadConfig({ HOST });

describe('settings', () => {
  test('have the defaults of the contract', () => {
    expect(loadConfig({})).toMatchObject({
      host: '127.0.0.1',
      port: 4000,
      provider: null,
      upstreamTimeoutMs: 10_000,
      maxFileSizeBytes: 20_971_520,
      uploadTimeoutMs: 120_000,
      uploadIdleTimeoutMs: 15_000,
      maxConcurrentUploads: 128,
      maxConcurrentUploadsPerClient: null,
      pollIntervalMs: 1000,
      waitTimeoutMs: 600_000,
      drainTimeoutMs: 10_000,
      corsOrigins: [],
      pollsPerSecond: 1000,
      publicUrl: null,
      dataDirectory: resolve('data'),
      archive: { kind: 'folder', directory: resolve('data/archive'), keepForMs: null },
      resultHosts: null,
      allowedHosts: [],
      preflightHeaders: [],
      maxConnections: 10_000,
      traffic: noLimits,
      trustedProxies: [],
      introspection: true,
      graphiql: true,
      studio: true,
      trustedDocuments: { only: false, files: [] },
      logLevel: 'info',
      drainDelayMs: 0,
      metricsReaders: 'loopback',
      traces: null,
      openToNetwork: false,
    });
  });

  test('put the archive into a bucket, hide its secret, and limit its time', () => {
    const { archive } = loadConfig({
      ARCHIVE_URL: 's3://bucket/photos/',
      ARCHIVE_KEEP_DAYS: '2',
      S3_ENDPOINT: 'http://127.0.0.1:9000',
      S3_ACCESS_KEY_ID: 'id',
      S3_SECRET_ACCESS_KEY: 'hiliad',
    });
    expect(archive).toMatchObject({
      kind: 's3',
      bucket: 'bucket',
      prefix: 'photos',
      keepForMs: 172_800_000,
      endpoint: 'http://127.0.0.1:9000/',
      pathStyle: true,
      region: 'us-east-1',
      credentials: { accessKeyId: 'id' },
    });
    expect(JSON.stringify(archive)).not.toContain('hiliad');
  });

  test('count as unset if they are empty', () => {
    expect(loadConfig({ PORT: '', PHOTO_API_URL: '' })).toMatchObject({
      port: 4000,
      provider: null,
    });
  });

  test('name the provider, and hide its secret', () => {
    const config = loadConfig({
      PHOTO_API_URL: 'http://photo.example.com',
      PHOTO_THIRD_CODE: 'code',
      PHOTO_SECRET_KEY: 'hiliad',
    });
    expect(config.provider?.secretKey.reveal()).toBe('hiliad');
    expect(JSON.stringify(config)).not.toContain('hiliad');
    expect(config.provider?.secretKey.toString()).toBe('[secret]');
  });

  test('are accepted without the spaces and line ends around them', () => {
    const config = loadConfig({
      PHOTO_API_URL: ' http://photo.example.com\r\n',
      PHOTO_THIRD_CODE: '\tcode\r',
      PHOTO_SECRET_KEY: ' hiliad\n',
      PORT: '4001\r',
      DATA_DIR: ' /srv/photos ',
      LOG_LEVEL: ' \r\n',
    });
    expect(config.provider?.secretKey.reveal()).toBe('hiliad');
    expect(config).toMatchObject({
      port: 4001,
      dataDirectory: '/srv/photos',
      logLevel: 'info',
      provider: { accountCode: 'code', baseUrl: new URL('http://photo.example.com') },
    });
  });

  test('accept the usual spellings of an address to listen on', () => {
    expect(hostOf('[::1]')).toMatchObject({ host: '::1', auth: { mode: 'open' } });
    expect(hostOf('0:0::1')).toMatchObject({ host: '::1', auth: { mode: 'open' } });
    expect(hostOf('LocalHost')).toMatchObject({ host: 'localhost', auth: { mode: 'open' } });
    expect(loadConfig({ HOST: '[::]', API_KEYS_FILE: 'a' })).toMatchObject({ host: '::' });
  });

  test('name all hosts below a domain with a star, without duplicates', () => {
    const hosts = '*.oss-cn-hangzhou.aliyuncs.com, CDN.example.net,cdn.example.net';
    expect(loadConfig({ PHOTO_RESULT_HOSTS: hosts }).resultHosts).toEqual([
      '*.oss-cn-hangzhou.aliyuncs.com',
      'cdn.example.net',
    ]);
  });

  test.each([
    ['PORT', { PORT: 'http' }],
    ['PORT', { PORT: '65536' }],
    ['PORT', { PORT: '-1' }],
    ['HOST', { HOST: '0.0.0.0' }],
    ['HOST', { HOST: '::' }],
    ['HOST', { HOST: '0.0.0.0', AUTH: 'open' }],
    ['AUTH', { AUTH: 'required' }],
    ['AUTH', { AUTH: 'maybe' }],
    ['JWT_ISSUER', { JWT_JWKS_URL: 'https://a/jwks', JWT_AUDIENCE: 'b' }],
    ['JWT_AUDIENCE', { JWT_JWKS_URL: 'https://a/jwks', JWT_ISSUER: 'b' }],
    ['JWT_ISSUER', { JWT_ISSUER: 'b' }],
    ['JWT_AUDIENCE', { API_KEYS_FILE: 'keys.json', JWT_AUDIENCE: 'b' }],
    ['JWT_JWKS_URL', { JWT_JWKS_URL: 'a' }],
    ['JWT_JWKS_URL', { JWT_JWKS_URL: 'https://name:word@a/jwks' }],
    ['AUTH_OPEN_ANYWHERE', { AUTH_OPEN_ANYWHERE: 'true' }],
    ['PHOTO_API_URL', { PHOTO_API_URL: 'photo.example.com' }],
    ['PHOTO_API_URL', { PHOTO_API_URL: 'ftp://photo.example.com' }],
    ['PHOTO_THIRD_CODE', { PHOTO_API_URL: 'http://a', PHOTO_SECRET_KEY: 's' }],
    ['PHOTO_SECRET_KEY', { PHOTO_API_URL: 'http://a', PHOTO_THIRD_CODE: 'c' }],
    ['MAX_FILE_SIZE', { MAX_FILE_SIZE: '20MB' }],
    ['MAX_FILE_SIZE', { MAX_FILE_SIZE: '0' }],
    ['POLL_INTERVAL_MS', { POLL_INTERVAL_MS: '1.5' }],
    ['WAIT_TIMEOUT_MS', { WAIT_TIMEOUT_MS: '99999999999' }],
    ['ALLOWED_HOSTS', { ALLOWED_HOSTS: 'photos.example.com:4000' }],
    ['ALLOWED_HOSTS', { ALLOWED_HOSTS: 'https://photos.example.com' }],
    ['PREFLIGHT_HEADERS', { PREFLIGHT_HEADERS: 'Content-Type' }],
    ['MAX_CONNECTIONS', { MAX_CONNECTIONS: '0' }],
    ['MAX_CONNECTIONS_PER_ADDRESS', { MAX_CONNECTIONS_PER_ADDRESS: '0' }],
    ['MAX_SUBSCRIPTIONS_PER_CLIENT', { MAX_SUBSCRIPTIONS_PER_CLIENT: 'off' }],
    ['MAX_CONCURRENT_UPLOADS_PER_CLIENT', { MAX_CONCURRENT_UPLOADS_PER_CLIENT: '0' }],
    ['REQUESTS_PER_MINUTE_PER_CLIENT', { REQUESTS_PER_MINUTE_PER_CLIENT: '-1' }],
    ['REQUESTS_PER_MINUTE_PER_ADDRESS', { REQUESTS_PER_MINUTE_PER_ADDRESS: '1e3' }],
    ['TRUSTED_PROXIES', { TRUSTED_PROXIES: 'proxy.example.com' }],
    ['TRUSTED_PROXIES', { TRUSTED_PROXIES: '10.0.0.1,' }],
    ['TRUSTED_PROXIES', { TRUSTED_PROXIES: '10.1' }],
    ['TRUSTED_PROXIES', { TRUSTED_PROXIES: '10.0.0.0/33' }],
    ['TRUSTED_PROXIES', { TRUSTED_PROXIES: '0.0.0.0/0' }],
    ['TRUSTED_PROXIES', { TRUSTED_PROXIES: '::/0' }],
    ['TRUSTED_PROXIES', { TRUSTED_PROXIES: '0.0.0.0/1,128.0.0.0/1' }],
    ['TRUSTED_PROXIES', { TRUSTED_PROXIES: '10.0.0.0/7' }],
    ['TRUSTED_PROXIES', { TRUSTED_PROXIES: 'fc00::/7' }],
    ['TRUSTED_PROXIES', { TRUSTED_PROXIES: '::ffff:0:0/96' }],
    ['TRUSTED_PROXIES', { TRUSTED_PROXIES: '::/80' }],
    ['INTROSPECTION', { INTROSPECTION: 'no' }],
    ['GRAPHIQL', { GRAPHIQL: 'false' }],
    ['TRUSTED_DOCUMENTS', { TRUSTED_DOCUMENTS: 'on', TRUSTED_DOCUMENTS_FILE: 'a.json' }],
    ['TRUSTED_DOCUMENTS_FILE', { TRUSTED_DOCUMENTS: 'only' }],
    ['CORS_ORIGINS', { CORS_ORIGINS: '*' }],
    ['CORS_ORIGINS', { CORS_ORIGINS: 'https://app.example.com/' }],
    ['LOG_LEVEL', { LOG_LEVEL: 'verbose' }],
    ['METRICS', { METRICS: 'yes' }],
    ['DRAIN_DELAY_MS', { DRAIN_DELAY_MS: '-1' }],
    ['DRAIN_DELAY_MS', { DRAIN_DELAY_MS: '10000' }],
    ['DRAIN_DELAY_MS', { DRAIN_DELAY_MS: '300', DRAIN_TIMEOUT_MS: '200' }],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', { OTEL_EXPORTER_OTLP_ENDPOINT: 'localhost:4318' }],
    ['DATABASE_URL', { DATABASE_URL: 'redis://localhost' }],
    ['ARCHIVE_URL', { ARCHIVE_URL: 'ftp://host/photos' }],
    ['S3_ACCESS_KEY_ID', { ARCHIVE_URL: 's3://bucket' }],
    ['S3_SECRET_ACCESS_KEY', { ARCHIVE_URL: 's3://bucket', S3_ACCESS_KEY_ID: 'id' }],
    ['ARCHIVE_KEEP_DAYS', { ARCHIVE_KEEP_DAYS: '0' }],
    ['PHOTO_RESULT_HOSTS', { PHOTO_RESULT_HOSTS: 'http://photo.example.com' }],
    ['PHOTO_RESULT_HOSTS', { PHOTO_RESULT_HOSTS: 'photo.example.com:8080' }],
    ['POLLS_PER_SECOND', { POLLS_PER_SECOND: '0' }],
    ['PUBLIC_URL', { PUBLIC_URL: 'photos.example.com' }],
  ])('that are malformed stop the start with a line that begins with %s', (name, env) => {
    expect(() => loadConfig(env)).toThrow(ConfigError);
    expect(() => loadConfig(env)).toThrow(new RegExp(`^${name} [^\n]+$`));
  });

  const network = { HOST: '0.0.0.0', API_KEYS_FILE: 'keys.json' };
  const local = { AUTH: 'required', API_KEYS_FILE: 'keys.json' };
  const open = { HOST: '0.0.0.0', AUTH: 'open', AUTH_OPEN_ANYWHERE: 'yes' };
  const proxied = { TRUSTED_PROXIES: '127.0.0.1, 10.0.0.0/8' };
  const ofAddress = { requestsPerAddress: 6000, connectionsPerAddress: 1000 };
  const ofClient = { requestsPerClient: 3000, subscriptionsPerClient: 1000 };

  test.each([
    ['clients and addresses on a network', network, { ...ofClient, ...ofAddress }],
    ['addresses as clients on an open network', open, { ...ofClient, ...ofAddress }],
    ['addresses as clients behind a proxy', proxied, { ...ofClient, ...ofAddress }],
    ['only clients on loopback, where all have one address', local, { ...noLimits, ...ofClient }],
  ])('limit %s', (_who, env, traffic) => {
    expect(loadConfig(env)).toMatchObject({ traffic, maxConcurrentUploadsPerClient: 32 });
  });

  test('limit what they name, even if all clients are one', () => {
    const env = {
      MAX_CONCURRENT_UPLOADS_PER_CLIENT: '1',
      REQUESTS_PER_MINUTE_PER_CLIENT: '2',
      REQUESTS_PER_MINUTE_PER_ADDRESS: '3',
      MAX_SUBSCRIPTIONS_PER_CLIENT: '4',
      MAX_CONNECTIONS_PER_ADDRESS: '5',
    };
    expect(loadConfig(env)).toMatchObject({
      maxConcurrentUploadsPerClient: 1,
      traffic: {
        requestsPerClient: 2,
        requestsPerAddress: 3,
        subscriptionsPerClient: 4,
        connectionsPerAddress: 5,
      },
    });
  });

  test('trust proxies by address and by range', () => {
    const { trustedProxies } = loadConfig({ TRUSTED_PROXIES: '10.0.0.0/8, ::1,192.0.2.1' });
    expect(trustedProxies).toEqual(['10.0.0.0/8', '::1', '192.0.2.1']);
  });

  test('open a network address only if two settings say so', () => {
    const env = { HOST: '0.0.0.0', AUTH: 'open', AUTH_OPEN_ANYWHERE: 'yes' };
    expect(loadConfig(env)).toMatchObject({ host: '0.0.0.0', openToNetwork: true });
  });

  test.each([
    ['open on loopback', {}, 'open'],
    ['required on loopback if it is set', { AUTH: 'required', API_KEYS_FILE: 'a' }, 'required'],
    ['required on a network', { HOST: '0.0.0.0', API_KEYS_FILE: 'a' }, 'required'],
  ])('make AUTH %s', (_what, env, mode) => {
    expect(loadConfig(env)).toMatchObject({ auth: { mode }, openToNetwork: false });
  });

  test('name the keys and tokens that are accepted', () => {
    const { auth } = loadConfig({
      AUTH: 'required',
      API_KEYS_FILE: 'keys.json',
      JWT_JWKS_URL: 'https://login.example.com/jwks.json',
      JWT_ISSUER: 'https://login.example.com/',
      JWT_AUDIENCE: 'photos',
    });
    expect(auth).toMatchObject({
      keysFile: resolve('keys.json'),
      tokens: { issuer: 'https://login.example.com/', audience: 'photos' },
    });
    expect(auth.tokens?.jwksUrl.href).toBe('https://login.example.com/jwks.json');
  });
});

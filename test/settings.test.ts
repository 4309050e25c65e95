import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ConfigError, loadConfig } from '../src/config.ts';

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
      pollIntervalMs: 1000,
      waitTimeoutMs: 600_000,
      drainTimeoutMs: 10_000,
      corsOrigins: [],
      pollsPerSecond: 20,
      publicUrl: null,
      dataDirectory: resolve('data'),
      archive: { kind: 'folder', directory: resolve('data/archive'), keepForMs: null },
      resultHosts: null,
      logLevel: 'info',
      openToNetwork: false,
    });
  });

  test('put the archive into a bucket, with its secret shown nowhere, and for a while', () => {
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
      region: 'us-east-1',
      credentials: { accessKeyId: 'id' },
    });
    expect(JSON.stringify(archive)).not.toContain('hiliad');
  });

  test('count as unset where they are empty', () => {
    expect(loadConfig({ PORT: '', PHOTO_API_URL: '' })).toMatchObject({
      port: 4000,
      provider: null,
    });
  });

  test('name the provider, and show its secret nowhere', () => {
    const config = loadConfig({
      PHOTO_API_URL: 'http://photo.example.com',
      PHOTO_THIRD_CODE: 'code',
      PHOTO_SECRET_KEY: 'hiliad',
    });
    expect(config.provider?.secretKey.reveal()).toBe('hiliad');
    expect(JSON.stringify(config)).not.toContain('hiliad');
    expect(config.provider?.secretKey.toString()).toBe('[secret]');
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
    ['AUTH_OPEN_ANYWHERE', { AUTH_OPEN_ANYWHERE: 'true' }],
    ['PHOTO_API_URL', { PHOTO_API_URL: 'photo.example.com' }],
    ['PHOTO_API_URL', { PHOTO_API_URL: 'ftp://photo.example.com' }],
    ['PHOTO_THIRD_CODE', { PHOTO_API_URL: 'http://a', PHOTO_SECRET_KEY: 's' }],
    ['PHOTO_SECRET_KEY', { PHOTO_API_URL: 'http://a', PHOTO_THIRD_CODE: 'c' }],
    ['MAX_FILE_SIZE', { MAX_FILE_SIZE: '20MB' }],
    ['MAX_FILE_SIZE', { MAX_FILE_SIZE: '0' }],
    ['POLL_INTERVAL_MS', { POLL_INTERVAL_MS: '1.5' }],
    ['WAIT_TIMEOUT_MS', { WAIT_TIMEOUT_MS: '99999999999' }],
    ['CORS_ORIGINS', { CORS_ORIGINS: '*' }],
    ['CORS_ORIGINS', { CORS_ORIGINS: 'https://app.example.com/' }],
    ['LOG_LEVEL', { LOG_LEVEL: 'verbose' }],
    ['REDIS_URL', { REDIS_URL: 'redis://localhost' }],
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

  test('open a network address only where it is said twice', () => {
    const env = { HOST: '0.0.0.0', AUTH: 'open', AUTH_OPEN_ANYWHERE: 'yes' };
    expect(loadConfig(env)).toMatchObject({ host: '0.0.0.0', openToNetwork: true });
  });
});

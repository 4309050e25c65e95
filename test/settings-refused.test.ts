import { describe, expect, test } from 'vitest';
import { ConfigError, loadConfig } from '../src/config/config.ts';

describe('settings', () => {
  const api = { PHOTO_API_URL: 'http://a', PHOTO_THIRD_CODE: 'c', PHOTO_SECRET_KEY: 's' };
  const bucket = { ARCHIVE_URL: 's3://bucket', S3_ACCESS_KEY_ID: 'i', S3_SECRET_ACCESS_KEY: 's' };

  const signing = `whsec_${'QUJD'.repeat(8)}`;
  const hook = { WEBHOOK_URL: 'https://a.example', WEBHOOK_SECRET: signing };

  test.each([
    [{ PHOTO_THIRD_CODE: '"code"' }, 'PHOTO_THIRD_CODE is wrapped in quotes'],
    [{ PHOTO_SECRET_KEY: "'hiliad'" }, 'PHOTO_SECRET_KEY is wrapped in quotes'],
    [{ PHOTO_API_URL: '"http://a"' }, 'PHOTO_API_URL is wrapped in quotes'],
    [{ PORT: "'4000'" }, 'PORT is wrapped in quotes'],
    [{ PHOTO_SECRET_KEY: '…' }, 'PHOTO_SECRET_KEY is a placeholder'],
    [{ PHOTO_SECRET_KEY: '${SECRET}' }, 'PHOTO_SECRET_KEY is a placeholder'],
    [{ PHOTO_THIRD_CODE: '<your code>' }, 'PHOTO_THIRD_CODE is a placeholder'],
    [{ PHOTO_SECRET_KEY: 'hil\niad' }, 'PHOTO_SECRET_KEY contains a line break'],
    [{ PHOTO_SECRET_KEY: 'hil\u200biad' }, 'PHOTO_SECRET_KEY contains a line break or another'],
    [{ PHOTO_THIRD_CODE: 'co de' }, 'PHOTO_THIRD_CODE must not contain spaces'],
    [{ PHOTO_THIRD_CODE: 'code' }, 'PHOTO_THIRD_CODE has no effect when PHOTO_API_URL is not set'],
    [{ PHOTO_SECRET_KEY: 'hiliad' }, 'PHOTO_SECRET_KEY has no effect when PHOTO_API_URL is not'],
    [
      { ...api, PHOTO_API_URL: 'http://a/?key=1' },
      'PHOTO_API_URL must be an address without a query',
    ],
    [{ ...api, PHOTO_API_URL: 'http://a?' }, 'PHOTO_API_URL must be an address without a query'],
    [
      { ...api, PHOTO_API_URL: 'http://a/#1' },
      'PHOTO_API_URL must be an address without a fragment',
    ],
    [{ ...api, PHOTO_API_URL: 'http://b:word@a' }, 'PHOTO_API_URL must not contain credentials'],
    [{ ...api, PHOTO_API_URL: 'http://*.a' }, 'PHOTO_API_URL must name one host'],
    [{ ...api, PHOTO_API_URL: 'http://http://a' }, 'PHOTO_API_URL must be one address'],
    [{ ...api, PHOTO_API_URL: 'http://a:0' }, 'PHOTO_API_URL must name a port other than 0'],
    [{ PHOTO_API_URL: 'a.example' }, 'PHOTO_API_URL must be an http or https address such as'],
    [{ PUBLIC_URL: 'https://a?b' }, 'PUBLIC_URL must be an address without a query'],
    [{ PUBLIC_URL: 'https://a#b' }, 'PUBLIC_URL must be an address without a fragment'],
    [{ PUBLIC_URL: 'https://b:word@a' }, 'PUBLIC_URL must not contain credentials'],
    [{ HOST: '*' }, 'HOST must be an address: 0.0.0.0 for all'],
    [{ HOST: '127.0.0.1:4000' }, 'HOST must be an address or a name without a port'],
    [{ HOST: '[::1]:4000' }, 'HOST must be an address or a name without a port'],
    [{ HOST: 'http://127.0.0.1' }, 'HOST must be an address or a name such as 127.0.0.1'],
    [{ HOST: 'a b' }, 'HOST must be an address or a name such as 127.0.0.1, but is "a b"'],
    [{ PORT: '4 000' }, 'PORT must be a whole number, but is "4 000"'],
    [
      { CORS_ORIGINS: '*' },
      'CORS_ORIGINS must be origins such as https://app.example.com, separated',
    ],
    [{ CORS_ORIGINS: 'https://*.a.example' }, 'CORS_ORIGINS must be origins'],
    [
      { CORS_ORIGINS: 'https://A.example/' },
      'CORS_ORIGINS contains "https://A.example/": write https://a.example',
    ],
    [
      { CORS_ORIGINS: 'https://a.example/b' },
      'CORS_ORIGINS contains "https://a.example/b": write https://a.example',
    ],
    [{ CORS_ORIGINS: 'https://a,,https://b' }, 'CORS_ORIGINS has an empty item'],
    [{ CORS_ORIGINS: ',' }, 'CORS_ORIGINS has an empty item'],
    [
      { ALLOWED_HOSTS: '*' },
      'ALLOWED_HOSTS must be host names such as photo.example.com, separated',
    ],
    [{ ALLOWED_HOSTS: '*.example.com' }, 'ALLOWED_HOSTS must be host names'],
    [
      { ALLOWED_HOSTS: 'a.example:80' },
      'ALLOWED_HOSTS must be host names such as photo.example.com, separated by commas: write a.example for "a.example:80"',
    ],
    [
      { ALLOWED_HOSTS: 'http://a.example' },
      'ALLOWED_HOSTS must be host names such as photo.example.com, separated by commas: write a.example for',
    ],
    [{ PHOTO_RESULT_HOSTS: '*' }, 'PHOTO_RESULT_HOSTS must be host names'],
    [
      { PHOTO_RESULT_HOSTS: '*.com' },
      'PHOTO_RESULT_HOSTS contains "*.com", where anybody can register a name',
    ],
    [{ PHOTO_RESULT_HOSTS: '*.co.uk' }, 'PHOTO_RESULT_HOSTS contains "*.co.uk", where anybody'],
    [
      { PHOTO_RESULT_HOSTS: '*.s3.amazonaws.com' },
      'PHOTO_RESULT_HOSTS contains "*.s3.amazonaws.com", where',
    ],
    [{ PHOTO_RESULT_HOSTS: '*.10.0.0.1' }, 'PHOTO_RESULT_HOSTS contains "*.10.0.0.1", where'],
    [{ PHOTO_RESULT_HOSTS: 'a.*.example' }, 'PHOTO_RESULT_HOSTS must be host names'],
    [{ PREFLIGHT_HEADERS: '*' }, 'PREFLIGHT_HEADERS must be names of headers'],
    [{ TRUSTED_PROXIES: '*' }, 'TRUSTED_PROXIES must be addresses or ranges'],
    [{ TRUSTED_DOCUMENTS_FILE: 'a.json,,b.json' }, 'TRUSTED_DOCUMENTS_FILE has an empty item'],
    [{ DATA_DIR: '~/photos' }, 'DATA_DIR must be a path without "~"'],
    [{ DATA_DIR: 'file:///srv/photos' }, 'DATA_DIR must be a path'],
    [{ API_KEYS_FILE: '~/keys.json' }, 'API_KEYS_FILE must be a path without "~"'],
    [
      { ARCHIVE_URL: 'off', ARCHIVE_KEEP_DAYS: '7' },
      'ARCHIVE_KEEP_DAYS has no effect when ARCHIVE_URL is off',
    ],
    [{ ARCHIVE_URL: 'off', PHOTO_RESULT_HOSTS: 'a.example' }, 'PHOTO_RESULT_HOSTS has no effect'],
    [{ S3_REGION: 'eu-west-1' }, 'S3_REGION has no effect when ARCHIVE_URL is not a bucket'],
    [{ S3_ENDPOINT: 'http://a', ARCHIVE_URL: 'off' }, 'S3_ENDPOINT has no effect'],
    [{ S3_SECRET_ACCESS_KEY: 'hiliad' }, 'S3_SECRET_ACCESS_KEY has no effect'],
    [{ ...bucket, S3_REGION: 'eu west' }, 'S3_REGION must be the name of a region'],
    [{ ...bucket, S3_ADDRESSING: 'host' }, 'S3_ADDRESSING must be path or virtual'],
    [
      { ...bucket, S3_ENDPOINT: 'http://10.0.0.1', S3_ADDRESSING: 'virtual' },
      'S3_ENDPOINT must be a host name when S3_ADDRESSING is virtual',
    ],
    [
      { ...bucket, S3_ENDPOINT: 'http://bucket.a', S3_ADDRESSING: 'virtual' },
      'S3_ENDPOINT must not name the bucket',
    ],
    [
      { ...bucket, S3_PUBLIC_ENDPOINT: 'http://bucket.a' },
      'S3_PUBLIC_ENDPOINT must not name the bucket',
    ],
    [
      { ...bucket, ARCHIVE_URL: 's3://a.b', S3_ADDRESSING: 'virtual' },
      'S3_ADDRESSING must be path',
    ],
    [
      { MAX_CONCURRENT_UPLOADS: '4', MAX_CONCURRENT_UPLOADS_PER_CLIENT: '5' },
      'MAX_CONCURRENT_UPLOADS_PER_CLIENT must be at most MAX_CONCURRENT_UPLOADS, which is 4',
    ],
    [
      { MAX_CONNECTIONS: '4', MAX_CONNECTIONS_PER_ADDRESS: '5' },
      'MAX_CONNECTIONS_PER_ADDRESS must be at most',
    ],
    [{ UPLOAD_SETTLE_MS: '3600001' }, 'UPLOAD_SETTLE_MS must be at most 3600000'],
    [{ DATABASE_URL: 'mysql://user:pass@a/b' }, 'DATABASE_URL must be the address of a database'],
    [{ DATABASE_URL: 'postgres://user:pass@a' }, 'DATABASE_URL must name one database'],
    [{ DATABASE_URL: 'postgres://a/b' }, 'DATABASE_URL must name a user'],
    [{ DATABASE_URL: 'postgres://user:%zz@a/b' }, 'DATABASE_URL has a "%" that encodes nothing'],
    [
      { DATABASE_URL: 'postgres://user@a/b?sslmode=verify-everything' },
      'DATABASE_URL has an sslmode that is not supported: only disable, ',
    ],
    [
      { DATABASE_URL: 'postgres://user@a/b?options=-c%20synchronous_commit%3Doff' },
      'DATABASE_URL has a parameter that is not supported: only sslmode, ',
    ],
    [
      { DATABASE_URL: 'postgres://user@a/b' },
      'ARCHIVE_URL is unset, so it names a folder under DATA_DIR, which the other gateways of DATABASE_URL do not have',
    ],
    [
      {
        DATABASE_URL: 'postgres://user@a/b',
        DATA_DIR: '/srv',
        ARCHIVE_URL: 'file:///srv/pictures',
      },
      'ARCHIVE_URL names a folder under DATA_DIR, which the other gateways',
    ],
    [{ ARCHIVE_ORIGINALS: 'yes' }, 'ARCHIVE_ORIGINALS must be on or off'],
    [
      { ARCHIVE_URL: 'off', ARCHIVE_ORIGINALS: 'on' },
      'ARCHIVE_ORIGINALS has no effect when ARCHIVE_URL is off',
    ],
    [
      { ARCHIVE_ORIGINALS: 'on', ARCHIVE_ORIGINS: 'off' },
      'ARCHIVE_ORIGINS must be what ARCHIVE_ORIGINALS is, or unset',
    ],
    [{ PERSISTED_QUERIES: 'yes' }, 'PERSISTED_QUERIES must be on or off'],
    [
      {
        TRUSTED_DOCUMENTS: 'only',
        TRUSTED_DOCUMENTS_FILE: 'a.json',
        PERSISTED_QUERIES: 'on',
      },
      'PERSISTED_QUERIES has no effect when TRUSTED_DOCUMENTS is only',
    ],
    [{ FEDERATION: 'yes' }, 'FEDERATION must be on or off'],
    [{ CALLBACK_URLS: 'router:4000' }, 'CALLBACK_URLS must be an http or https address'],
    [{ CALLBACK_URLS: 'http://*.local/callback' }, 'CALLBACK_URLS must name one host'],
    [{ CALLBACK_URLS: 'http://router/?a' }, 'CALLBACK_URLS must be an address without a query'],
    [{ CALLBACK_URLS: 'http://router/a,' }, 'CALLBACK_URLS has an empty item'],
    [
      { MAX_CALLBACK_SUBSCRIPTIONS: '5' },
      'MAX_CALLBACK_SUBSCRIPTIONS has no effect when CALLBACK_URLS is not set',
    ],
    [
      { TRUSTED_DOCUMENTS: 'only', TRUSTED_DOCUMENTS_FILE: 'a.json', FEDERATION: 'on' },
      'FEDERATION has no effect when TRUSTED_DOCUMENTS is only',
    ],
    [
      { API_KEYS_FILE: 'keys.json' },
      'API_KEYS_FILE would keep nobody out, because AUTH is open, the default on a loopback HOST: set AUTH=required, or unset API_KEYS_FILE',
    ],
    [
      { AUTH: 'open', API_KEYS_FILE: 'keys.json' },
      'API_KEYS_FILE would keep nobody out, because AUTH is open',
    ],
    [
      { JWT_JWKS_URL: 'https://a/jwks', JWT_ISSUER: 'b', JWT_AUDIENCE: 'c' },
      'JWT_JWKS_URL would keep nobody out, because AUTH is open',
    ],
    [
      { AUTH: 'required', API_KEYS_FILE: 'a', AUTH_OPEN_ANYWHERE: 'yes' },
      'AUTH_OPEN_ANYWHERE has no effect when AUTH is required',
    ],
    [
      { HOST: '0.0.0.0', API_KEYS_FILE: 'a', AUTH_OPEN_ANYWHERE: 'yes' },
      'AUTH_OPEN_ANYWHERE has no effect when AUTH is required',
    ],
    [
      { ...api, PHOTO_API_URL: 'https://a.example/api/third/photo/upload' },
      'PHOTO_API_URL must be the provider\'s base address: leave out "/api/third/photo/upload"',
    ],
    [
      { TRUSTED_PROXIES: '0.0.0.0/1,128.0.0.0/1' },
      'TRUSTED_PROXIES must be ranges of your own network, no wider than /8 in IPv4 and /16 in IPv6: "0.0.0.0/1" is too wide',
    ],
    [{ WEBHOOK_URL: 'https://a' }, 'WEBHOOK_SECRET is required with WEBHOOK_URL'],
    [{ WEBHOOK_SECRET: signing }, 'WEBHOOK_SECRET has no effect when WEBHOOK_URL is not set'],
    [{ ...hook, WEBHOOK_SECRET: 'abc' }, 'WEBHOOK_SECRET must be whsec_ and base64'],
    [{ ...hook, WEBHOOK_SECRET: `${signing} whsec_YWJj` }, 'WEBHOOK_SECRET must be 24 to 64 bytes'],
    [{ ...hook, WEBHOOK_SECRET: `${signing}!` }, 'WEBHOOK_SECRET must be whsec_ and base64'],
    [{ ...hook, WEBHOOK_URL: 'http://a.example' }, 'WEBHOOK_URL must begin with https'],
    [{ ...hook, WEBHOOK_URL: 'https://localhost' }, 'WEBHOOK_URL is not on the public internet'],
    [{ ...hook, WEBHOOK_URL: 'https://0x7f000001' }, 'WEBHOOK_URL is not on the public internet'],
    [{ ...hook, WEBHOOK_URL: 'https://[::ffff:10.0.0.1]' }, 'WEBHOOK_URL is not on the public'],
    [{ ...hook, WEBHOOK_URL: 'https://100.64.0.1' }, 'WEBHOOK_URL is not on the public internet'],
    [{ ...hook, WEBHOOK_PRIVATE_HOSTS: '*' }, 'WEBHOOK_PRIVATE_HOSTS must be host names'],
    [{ WEBHOOK_TIMEOUT_MS: '5' }, 'WEBHOOK_TIMEOUT_MS has no effect when neither WEBHOOK_URL nor'],
    [
      { ...hook, HOST: '0.0.0.0', API_KEYS_FILE: 'keys.json' },
      'PUBLIC_URL is required with WEBHOOK_URL',
    ],
    [
      { ...hook, ...bucket, HOST: '0.0.0.0', API_KEYS_FILE: 'keys.json' },
      'PUBLIC_URL is required with WEBHOOK_URL',
    ],
  ])('without a meaning stop the start with a line that says why: %o', (env, line) => {
    const settings: Readonly<Record<string, string>> = env;
    const loading = () => loadConfig(settings);
    expect(loading).toThrow(ConfigError);
    expect(loading).toThrow(line);
    expect(loading).not.toThrow(/hil|iad|word/);
  });
});

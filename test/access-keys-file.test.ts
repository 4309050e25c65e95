import { randomBytes } from 'node:crypto';
import { readdir, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openAccess } from '../src/access/open-access.ts';
import { ConfigError } from '../src/config/config.ts';
import { createSecret } from '../src/common/secret.ts';
import { transports } from './support/access-transports.ts';
import { createReadableLog } from './support/access-log.ts';
import { makeKeysFile, startGuardedGateway } from './support/access-gateway.ts';

const sha256 = 'a'.repeat(64);
const post = transports['POST'];

describe('a keys file that cannot be used', () => {
  test.each([
    ['is missing', null, 'does not exist: `npm run keys -- add NAME` creates it'],
    ['is not JSON', '{ "keys": [pgk_secret] }', 'is not valid JSON'],
    ['is empty', '', 'is not valid JSON'],
    ['holds something else', '[]', 'is malformed:  must be an object'],
    [
      'has an invalid hash',
      JSON.stringify({ keys: [{ client: 'anna', sha256: 'pgk_secret' }] }),
      'is malformed: keys.0.sha256 must be a SHA-256 in lower-case hexadecimal',
    ],
    [
      'misspells a property',
      JSON.stringify({
        keys: [{ client: 'anna', sha256, expiresat: '2031-01-01', pgk_secret: 1 }],
      }),
      'is malformed: keys.0 has an unknown property',
    ],
    [
      'has an invalid date',
      JSON.stringify({ keys: [{ client: 'anna', sha256, expiresAt: 'tomorrow' }] }),
      'is malformed: keys.0.expiresAt must be a date such as 2031-12-31',
    ],
    [
      'has a webhook with a weak secret',
      JSON.stringify({
        keys: [{ client: 'anna', sha256 }],
        webhooks: [{ client: 'anna', url: 'https://a.example', secrets: ['pgk_secret'] }],
      }),
      'is malformed: webhooks.0.secrets.0 must be whsec_ and base64, as `npm run webhooks -- secret` prints it',
    ],
    [
      'has a webhook without an address',
      JSON.stringify({ keys: [], webhooks: [{ client: 'anna', url: 'pgk_secret', secrets: [] }] }),
      'is malformed: webhooks.0.url must be an address such as https://shop.example.com/photos',
    ],
    [
      'has a key twice',
      JSON.stringify({
        keys: [
          { client: 'anna', sha256 },
          { client: 'bert', sha256 },
        ],
      }),
      'is malformed: keys has the same key twice',
    ],
  ])('stops the start with one line if it %s', async (_what, text, message) => {
    await using keys = await makeKeysFile();
    if (text !== null) await writeFile(keys.path, text);
    const start = startGuardedGateway({ API_KEYS_FILE: keys.path });
    await expect(start).rejects.toThrow(new ConfigError(`API_KEYS_FILE ${keys.path} ${message}`));
    await expect(start).rejects.not.toThrow('pgk_secret');
  });
});

describe('a keys file that changes', () => {
  test('accepts a key that was added, and refuses one that was removed', async () => {
    await using keys = await makeKeysFile();
    const anna = { 'x-api-key': await keys.add('anna') };
    await using gateway = await startGuardedGateway({ API_KEYS_FILE: keys.path });
    const bert = { 'x-api-key': await keys.add('bert') };
    await expect.poll(() => post(gateway.endpoint, bert)).toBe('let in');
    expect(await post(gateway.endpoint, anna)).toBe('let in');
    await writeFile(keys.path, '{ "keys": [] }');
    await expect.poll(() => post(gateway.endpoint, anna)).toBe('refused');
    expect(await post(gateway.endpoint, bert)).toBe('refused');
  });

  test('keeps its last valid keys while it is malformed or missing, and logs that once, without quoting it', async () => {
    await using keys = await makeKeysFile();
    const anna = { 'x-api-key': await keys.add('anna') };
    await using gateway = await startGuardedGateway({ API_KEYS_FILE: keys.path });
    await writeFile(keys.path, '{ "keys": ["pgk_secret" }');
    await gateway.until(/is not valid JSON/);
    expect(await post(gateway.endpoint, anna)).toBe('let in');

    const bert = { 'x-api-key': 'pgk_made-elsewhere' };
    await writeFile(keys.path, '{ "keys": [{ "client": "bert", "sha256": "pgk_secret" }] }');
    await gateway.until(/must be a SHA-256/);
    expect(await post(gateway.endpoint, anna)).toBe('let in');
    expect(await post(gateway.endpoint, bert)).toBe('refused');

    await rm(keys.path);
    await gateway.until(/does not exist/);
    expect(await post(gateway.endpoint, anna)).toBe('let in');

    await writeFile(keys.path, '{ "keys": [] }');
    await expect.poll(() => post(gateway.endpoint, anna)).toBe('refused');
    const errors = gateway.lines.filter((line) => line.includes('API_KEYS_FILE cannot be used'));
    expect(errors).toHaveLength(3);
    expect(gateway.lines.join('')).not.toContain('pgk_secret');
  });

  test('is reported missing once in the log, however often it is read', async () => {
    await using keys = await makeKeysFile();
    await keys.add('anna');
    const readable = createReadableLog();
    await using access = await openAccess({
      mode: 'required',
      tickets: { signingKey: randomBytes(32) },
      keysFile: keys.path,
      tokens: null,
      lookIntervalMs: 1,
      log: readable.log,
    });
    await rm(keys.path);
    await readable.until(/does not exist/);
    // Time for many reads; each takes less time than one of these.
    for (let round = 0; round < 200; round += 1) await readdir(dirname(keys.path));
    const key = await keys.add('bert', { 'uploads-per-day': '7' });
    await readable.until(/API_KEYS_FILE has changed/);
    const missed = readable.lines.filter((line) => line.includes('does not exist'));
    expect(missed).toHaveLength(1);
    const bert = await access.admit(createSecret(key));
    expect(bert.client()).toEqual({ name: 'key:bert', uploadsPerDay: 7 });
  });
});

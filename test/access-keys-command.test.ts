import { execFile } from 'node:child_process';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { hashOfKey } from '../src/access/api-key.ts';
import { transports } from './support/access-transports.ts';
import { startGuardedGateway } from './support/access-gateway.ts';
import { makeTemporaryDirectory } from './support/temporary-directory.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

interface Run {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `npm run keys` as an operator does. */
function keys(path: string, ...options: readonly string[]): Promise<Run> {
  const done = Promise.withResolvers<Run>();
  const child = execFile(
    'npm',
    ['run', '--silent', 'keys', '--', ...options],
    { cwd: root, env: { ...process.env, API_KEYS_FILE: path } },
    (_error, stdout, stderr) => done.resolve({ exitCode: child.exitCode ?? -1, stdout, stderr }),
  );
  return done.promise;
}

const post = transports['POST'];
const KEY = /^pgk_[\w-]{43}\n$/;

describe('npm run keys', () => {
  test('creates a key that works at once, lists it without revealing it, and removes it', async () => {
    await using directory = await makeTemporaryDirectory();
    const path = join(directory.path, 'keys.json');
    const added = await keys(
      path,
      'add',
      'anna',
      '--expires',
      '2099-01-01',
      '--uploads-per-day',
      '7',
    );
    expect(added).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(KEY) });
    const key = added.stdout.trim();
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    const text = await readFile(path, 'utf8');
    expect(text).not.toContain(key);
    expect(JSON.parse(text)).toEqual({
      keys: [
        {
          client: 'anna',
          sha256: hashOfKey(key),
          createdAt: expect.any(String),
          expiresAt: '2099-01-01T00:00:00.000Z',
          uploadsPerDay: 7,
        },
      ],
    });

    await using gateway = await startGuardedGateway({ API_KEYS_FILE: path });
    expect(await post(gateway.endpoint, { 'x-api-key': key })).toBe('let in');
    const listed = await keys(path, 'list');
    expect(listed.stdout).toMatch(/^anna +[\da-f]{8} +\S+Z +2099-01-01T00:00:00\.000Z +7$/m);
    expect(listed.stdout).not.toContain(hashOfKey(key));

    const removed = await keys(path, 'remove', 'anna');
    expect(removed).toMatchObject({ exitCode: 0, stdout: 'Removed 1 key of anna.\n' });
    await gateway.until(/API_KEYS_FILE has changed/);
    expect(await post(gateway.endpoint, { 'x-api-key': key })).toBe('refused');
  });

  test('creates a second key of a client only with --another, with the limits of the first, and removes one by its id', async () => {
    await using directory = await makeTemporaryDirectory();
    const path = join(directory.path, 'keys.json');
    await keys(path, 'add', 'anna', '--uploads-per-day', '7');
    const before = await readFile(path, 'utf8');
    expect(await keys(path, 'add', 'anna')).toMatchObject({
      exitCode: 1,
      stdout: '',
      stderr: expect.stringContaining('--another'),
    });
    expect(await readFile(path, 'utf8')).toBe(before);
    const { stdout } = await keys(path, 'add', 'anna', '--another');
    expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject({
      keys: [{ uploadsPerDay: 7 }, { uploadsPerDay: 7 }],
    });
    await keys(path, 'remove', 'anna', '--id', hashOfKey(stdout.trim()).slice(0, 8));
    expect(await readFile(path, 'utf8')).toBe(before);
  });

  test.each([
    ['an invalid name', ['add', 'a b'], 'NAME must be 1 to 64'],
    ['an invalid date', ['add', 'anna', '--expires', 'soon'], '--expires must be a date'],
    ['a date in the past', ['add', 'anna', '--expires', '2020-01-01'], 'must lie in the future'],
    ['an invalid number', ['add', 'anna', '--uploads-per-day', '1.5'], 'must be a whole number'],
    ['an unknown option', ['add', 'anna', '--expire', '2031-01-01'], 'Usage:'],
    ['a client without keys', ['remove', 'anna'], 'anna has no key'],
    ['no command', [], 'Usage:'],
  ])('reports %s, and changes nothing', async (_what, options, message) => {
    await using directory = await makeTemporaryDirectory();
    const path = join(directory.path, 'keys.json');
    await writeFile(path, '{"keys":[]}');
    expect(await keys(path, ...options)).toMatchObject({
      exitCode: 1,
      stdout: '',
      stderr: expect.stringContaining(message),
    });
    expect(await readFile(path, 'utf8')).toBe('{"keys":[]}');
  });

  test('does not overwrite a file that it cannot read', async () => {
    await using directory = await makeTemporaryDirectory();
    const path = join(directory.path, 'keys.json');
    await writeFile(path, '{"keys":[');
    expect(await keys(path, 'add', 'anna')).toMatchObject({
      exitCode: 1,
      stdout: '',
      stderr: `${path} is not valid JSON\n`,
    });
    expect(await readFile(path, 'utf8')).toBe('{"keys":[');
  });
});

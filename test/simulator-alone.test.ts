import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { loadSettings } from '../packages/simulator/settings.ts';
import { formOf, pathOf, tokenOf } from './support/simulator-client.ts';

const MAIN = fileURLToPath(new URL('../packages/simulator/main.ts', import.meta.url));

function runAlone(env: Record<string, string>) {
  const { PATH = '' } = process.env;
  const child = spawn(process.execPath, [MAIN], { env: { PATH, ...env }, stdio: 'pipe' });
  return { child, lines: createInterface(child.stdout), exited: once(child, 'exit') };
}

describe('the simulator alone', () => {
  test.for(['SIGTERM', 'SIGINT'] as const)(
    'prints the settings that a gateway needs, serves, and on %s exits with 0 and leaves nothing behind',
    async (signal) => {
      const folder = await mkdtemp(join(tmpdir(), 'photo-test-'));
      const { child, lines, exited } = runAlone({ SIMULATOR_PORT: '0', TMPDIR: folder });
      const [line] = z.tuple([z.string()]).parse(await once(lines, 'line'));
      const values = /PHOTO_API_URL=(\S+) PHOTO_THIRD_CODE=(\S+) PHOTO_SECRET_KEY=(\S+)/.exec(line);
      const [, url = '', thirdCode = '', secretKey = ''] = values ?? [];
      const response = await fetch(`${url}${pathOf('nums')}`, {
        method: 'POST',
        headers: { token: tokenOf(secretKey, Math.floor(Date.now() / 1000)) },
        body: formOf({ third_code: thirdCode }),
      });
      expect(await response.json()).toEqual({ code: 200, data: { code: 'demo', nums: 100 } });
      child.kill(signal);
      child.kill(signal);
      expect(await exited).toEqual([0, null]);
      expect(await readdir(folder)).toEqual([]);
      await rm(folder, { recursive: true });
    },
  );

  test('does not start with a malformed setting, and names it', async () => {
    const { child, exited } = runAlone({ SIMULATOR_PORT: 'http' });
    const [message] = await once(child.stderr, 'data');
    expect(String(message)).toBe('SIMULATOR_PORT must be a whole number\n');
    expect(await exited).toEqual([1, null]);
  });
});

test('settings come from the environment', () => {
  expect(
    loadSettings({
      SIMULATOR_HOST: '127.0.0.2',
      SIMULATOR_PORT: '4200',
      SIMULATOR_PUBLIC_URL: 'http://simulator:4200/',
      SIMULATOR_THIRD_CODE: 'shop',
      SIMULATOR_SECRET_KEY: 'key',
      SIMULATOR_UPLOADS: '3',
      SIMULATOR_PROCESSING_TIME_MS: '0',
      SIMULATOR_KEEP_FOR_MS: '1000',
    }),
  ).toEqual({
    host: '127.0.0.2',
    port: 4200,
    publicUrl: 'http://simulator:4200',
    thirdCode: 'shop',
    secretKey: 'key',
    uploads: 3,
    processingTimeMs: 0,
    keepForMs: 1000,
  });
});

test.for([
  ['SIMULATOR_PORT', '70000'],
  ['SIMULATOR_UPLOADS', '-1'],
  ['SIMULATOR_PUBLIC_URL', 'ftp://simulator'],
  ['SIMULATOR_PROCESSING_TIME_MS', '1.5'],
  ['SIMULATOR_KEEP_FOR_MS', 'an hour'],
] as const)('%s=%s is refused by name', ([name, value]) => {
  expect(() => loadSettings({ [name]: value })).toThrow(new RegExp(`^${name} `));
});

test('an empty setting counts as unset', () => {
  expect(loadSettings({ SIMULATOR_PORT: '', SIMULATOR_SECRET_KEY: '' })).toEqual(loadSettings({}));
});

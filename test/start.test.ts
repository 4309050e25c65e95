import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readdir, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { spawnGateway } from './support/spawn-gateway.ts';
import { makeTemporaryDirectory } from './support/temporary-directory.ts';

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));

/** Runs a gateway that cannot start, and returns its output. */
async function start(env: Readonly<Record<string, string>>, ...options: readonly string[]) {
  const gateway = execFile(process.execPath, [...options, main], {
    env: { PATH: process.env['PATH'], ...env },
  });
  let output = '';
  gateway.stdout?.on('data', (text) => (output += text));
  gateway.stderr?.on('data', (text) => (output += text));
  await once(gateway, 'close');
  return { exitCode: gateway.exitCode, output };
}

test('a malformed setting makes the start fail with one line that names it', async () => {
  const { exitCode, output } = await start({ PORT: 'http' });
  expect(exitCode).toBe(1);
  expect(output).toBe('photo-gateway cannot start: PORT must be a whole number, but is "http"\n');
});

test('a secret without its account code makes the start fail, and is not shown', async () => {
  const { exitCode, output } = await start({
    PHOTO_API_URL: 'http://127.0.0.1:1',
    PHOTO_SECRET_KEY: 'hiliad',
  });
  expect(exitCode).toBe(1);
  expect(output).toBe(
    'photo-gateway cannot start: PHOTO_THIRD_CODE is required with PHOTO_API_URL\n',
  );
});

test('a port in use makes the start fail with one line, and leaves nothing running', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const address: AddressInfo | string | null = other.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const { exitCode, output } = await start({ PORT: `${port}` });
  other.close();
  expect(exitCode).toBe(1);
  expect(output).toBe(
    `photo-gateway cannot start: PORT ${port} is in use by another process on 127.0.0.1: ` +
      'stop that one, or choose another port\n',
  );
});

const refuses = 'photo-gateway cannot start:';

test.each([
  [{ HOST: '192.0.2.1' }, `${refuses} HOST 192.0.2.1 is not an address of this machine\n`],
  [{ HOST: 'no.such.host.invalid' }, `${refuses} HOST no.such.host.invalid is a name`],
])('an unusable address makes the start fail with one line: %o', async (host, line) => {
  await using directory = await makeTemporaryDirectory();
  const env = {
    DATA_DIR: directory.path,
    PORT: '0',
    AUTH: 'required',
    API_KEYS_FILE: `${directory.path}/keys.json`,
  };
  await writeFile(env.API_KEYS_FILE, '{"keys":[]}');
  const { exitCode, output } = await start({ ...env, ...host });
  expect(exitCode).toBe(1);
  expect(output.split('\n').at(-2)).toContain(line.trim());
});

test.each([
  [{ DATA_DIR: '/proc/photos' }, 'DATA_DIR /proc/photos cannot be used (ENOENT'],
  [{ DATA_DIR: '/proc/a/b/c' }, 'DATA_DIR /proc/a/b/c cannot be used (ENOENT'],
  [{ DATA_DIR: '/dev/null/a' }, 'DATA_DIR /dev/null/a cannot be used (ENOTDIR'],
  [{ ARCHIVE_URL: 'file:/proc/a/b' }, 'ARCHIVE_URL'],
])(
  'a folder that cannot be created makes the start fail with one line: %o',
  async (place, line) => {
    await using directory = await makeTemporaryDirectory();
    const { exitCode, output } = await start({ DATA_DIR: directory.path, PORT: '0', ...place });
    expect(exitCode).toBe(1);
    expect(output).toMatch(/^[^\n]*\n$/);
    expect(output).toContain(`${refuses} ${line}`);
  },
);

test('an older Node that can parse the first file reports which one is needed', async () => {
  const older = `data:text/javascript,${encodeURIComponent(
    "const old = { ...process.versions, node: '22.18.0' };" +
      "Object.defineProperty(process, 'versions', { value: old });" +
      "Object.defineProperty(process, 'version', { value: 'v22.18.0' });",
  )}`;
  const { exitCode, output } = await start({}, '--import', older);
  expect(exitCode).toBe(1);
  expect(output).toBe(
    `${refuses} it needs Node 24 or later, but this is v22.18.0: npm start uses its own\n`,
  );
});

test('compiled code is kept beside the libraries, or where NODE_COMPILE_CACHE says', async () => {
  const cacheDirectory = `data:text/javascript,${encodeURIComponent(
    "import { getCompileCacheDir } from 'node:module';" +
      "process.on('exit', () => console.log(getCompileCacheDir()));",
  )}`;
  const { output } = await start({ PORT: 'http' }, '--import', cacheDirectory);
  expect(output).toContain(
    fileURLToPath(new URL('../node_modules/.cache/compiled', import.meta.url)),
  );
  await using other = await makeTemporaryDirectory();
  const env = { PORT: 'http', NODE_COMPILE_CACHE: other.path };
  expect((await start(env, '--import', cacheDirectory)).output).toContain(other.path);
});

test('a gateway leaves its compiled code for the next start, even if it is killed', async () => {
  await using directory = await makeTemporaryDirectory();
  const cache = `${directory.path}/compiled`;
  const gateway = await spawnGateway({ DATA_DIR: directory.path, NODE_COMPILE_CACHE: cache });
  try {
    const compiled = async () => (await readdir(cache, { recursive: true })).length;
    await expect.poll(compiled, { timeout: 10_000 }).toBeGreaterThan(100);
  } finally {
    await gateway.kill();
  }
});

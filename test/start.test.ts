import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));

/** Runs the gateway where it cannot start, and gives what it said. */
async function start(env: Readonly<Record<string, string>>) {
  const gateway = execFile(process.execPath, [main], {
    env: { PATH: process.env['PATH'], ...env },
  });
  let output = '';
  gateway.stdout?.on('data', (text) => (output += text));
  gateway.stderr?.on('data', (text) => (output += text));
  await once(gateway, 'close');
  return { exitCode: gateway.exitCode, output };
}

test('a malformed setting stops the start with one line that names it', async () => {
  const { exitCode, output } = await start({ PORT: 'http' });
  expect(exitCode).toBe(1);
  expect(output).toBe('photo-gateway cannot start: PORT must be a whole number\n');
});

test('a secret without its account code stops the start, and is not shown', async () => {
  const { exitCode, output } = await start({
    PHOTO_API_URL: 'http://127.0.0.1:1',
    PHOTO_SECRET_KEY: 'hiliad',
  });
  expect(exitCode).toBe(1);
  expect(output).toBe(
    'photo-gateway cannot start: PHOTO_THIRD_CODE is required where PHOTO_API_URL is set\n',
  );
});

test('a port that is taken stops the start with one line, and leaves nothing running', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const address: AddressInfo | string | null = other.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const { exitCode, output } = await start({ PORT: `${port}` });
  other.close();
  expect(exitCode).toBe(1);
  expect(output).toMatch(/^photo-gateway cannot start: .*EADDRINUSE.*\n$/);
});

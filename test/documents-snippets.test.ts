import { execFile } from 'node:child_process';
import { mkdir, readdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { blocksOf, readDocument } from './support/documents.ts';
import { launchGateway } from './support/launch-gateway.ts';
import { startGateway } from './support/start-gateway.ts';
import { makeTemporaryDirectory } from './support/temporary-directory.ts';

const run = promisify(execFile);
const TEST = fileURLToPath(new URL('.', import.meta.url));

test('the curl blocks take a photo from its upload to a restored picture, and leave nothing behind', async () => {
  await using gateway = await startGateway();
  await using directory = await makeTemporaryDirectory();
  const cwd = join(directory.path, 'repository');
  const temporary = join(directory.path, 'temporary');
  await mkdir(cwd);
  await mkdir(temporary);
  await symlink(TEST, join(cwd, 'test'));
  const readme = blocksOf(await readDocument('README.md'), 'sh run');
  const more = blocksOf(await readDocument('docs/clients.md'), 'sh run');

  const env = { PATH: process.env['PATH'], TMPDIR: temporary, GATEWAY: gateway.url };
  const script = `${readme}\n${more}`;
  const { stdout } = await run('bash', ['-euo', 'pipefail', '-c', script], { cwd, env });

  expect(stdout).toMatch(
    /"status":"PROCESSING".*event: next.*"status":"READY".*event: complete.*Restored: /s,
  );
  expect(stdout).toMatch(/"remaining":99.*"edges":\[\{"node":.*"status":"READY"/s);
  const picture = /^Restored: (.+)$/m.exec(stdout)?.[1] ?? '';
  const before = await sharp(join(TEST, 'fixtures/portrait-scratched.jpg')).metadata();
  const after = await sharp(picture).metadata();
  expect(after.width).toBe(2 * before.width);
  expect(picture.startsWith(temporary)).toBe(true);
  expect(await readdir(cwd)).toEqual(['test']);
});

test('the README shows the line that npm start prints', async () => {
  await using gateway = await launchGateway({});
  const { host } = new URL(gateway.endpoint);
  const [line = ''] = gateway.lines;
  const readme = await readDocument('README.md');
  expect(readme).toContain(`\n${line.replaceAll(host, '127.0.0.1:4000')}\n`);
});

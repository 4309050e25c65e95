import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { npm } from './support/npm.ts';
import { startGateway } from './support/start-gateway.ts';
import { makeTemporaryDirectory } from './support/temporary-directory.ts';

const sources = fileURLToPath(new URL('../packages/audit', import.meta.url));

test('the audit, packed and installed into an empty folder, audits a gateway', async () => {
  await using directory = await makeTemporaryDirectory();
  const packed = await npm(['pack', '--pack-destination', directory.path], sources);
  expect(packed).toMatchObject({ exitCode: 0 });
  const [tarball = ''] = await readdir(directory.path);
  expect(tarball).toMatch(/^graphql-upload-audit-.*\.tgz$/);

  const options = ['--no-audit', '--no-fund', '--prefix', directory.path];
  const installed = await npm(
    ['install', ...options, join(directory.path, tarball)],
    directory.path,
  );
  expect(installed).toMatchObject({ exitCode: 0, stderr: '' });
  const files = await readdir(join(directory.path, 'node_modules/graphql-upload-audit'));
  expect(files.toSorted()).toEqual(['LICENSE', 'README.md', 'dist', 'package.json']);

  await using gateway = await startGateway();
  const only = ['--only', 'upload-single,cross-site-form,sse-events,smuggle-query-text'];
  const command = ['exec', '--no', '--', 'graphql-upload-audit', gateway.endpoint, ...only];
  const { exitCode, stdout } = await npm(command, directory.path);
  expect(stdout).toContain('4 passed, 0 failed');
  expect(exitCode).toBe(0);
}, 300_000);

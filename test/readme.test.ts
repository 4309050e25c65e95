import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { settingsSchema } from '../src/config/settings.ts';
import { ERROR_CODES } from '../src/common/errors.ts';
import { EXAMPLES } from './support/example.ts';
import { startGateway, type TestGateway } from './support/start-gateway.ts';

const run = promisify(execFile);
const root = new URL('..', import.meta.url);
const readme = await readFile(new URL('README.md', root), 'utf8');

/** The code blocks that are marked to be run, in their order, as one script. */
function snippets(): string {
  const blocks = readme.matchAll(/^```sh run\n(.*?)^```$/gms);
  return [...blocks].map(([, code]) => code).join('\n');
}

/** The rows of the table whose first column has this title, as lists of cells without their ticks. */
function tableOf(title: string): string[][] {
  const table = readme.split('\n\n').find((block) => block.startsWith(`| ${title} `)) ?? '';
  return table
    .split('\n')
    .slice(2)
    .map((row) =>
      row
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim().replaceAll('`', '')),
    );
}

describe('the snippets of the README', () => {
  let gateway: TestGateway;
  let folder: string;

  beforeAll(async () => {
    gateway = await startGateway();
    folder = await mkdtemp(join(tmpdir(), 'photo-gateway-readme-'));
    await symlink(fileURLToPath(new URL('test', root)), join(folder, 'test'));
  });

  afterAll(async () => {
    await gateway.close();
    await rm(folder, { recursive: true });
  });

  test('take a photo by curl from its upload to the restored picture', async () => {
    const script = snippets().replaceAll('http://127.0.0.1:4000', gateway.url);
    const { stdout } = await run('bash', ['-euo', 'pipefail', '-c', script], { cwd: folder });
    expect(stdout).toMatch(
      /"status":"PROCESSING".*event: next.*"status":"READY".*event: complete.*"expiresAt".*"remaining":99/s,
    );
    const before = await sharp(join(folder, 'test/fixtures/portrait-scratched.jpg')).metadata();
    const after = await sharp(join(folder, 'restored.jpg')).metadata();
    expect(after.width).toBe(2 * before.width);
  });
});

test('the README leads to every example, and says how to run it', () => {
  const rows = tableOf('client').map(([link = '', , command]) => [
    /\]\((.*)\)$/.exec(link)?.[1],
    command,
  ]);
  const expected = EXAMPLES.map((name) => [
    `examples/${name}`,
    `${name.endsWith('.sh') ? 'sh' : 'npx node'} examples/${name}`,
  ]);
  expect(rows).toEqual(expected);
});

test('the settings table of the README has every setting, with its default', () => {
  const reserved = [...readme.matchAll(/^(`[A-Z_]+`.* are reserved)/gm)].join();
  const expected = Object.keys(settingsSchema.shape)
    .filter((name) => !reserved.includes(`\`${name}\``))
    .toSorted();
  const rows = Object.fromEntries(tableOf('name').map(([name = '', value = '']) => [name, value]));
  expect(Object.keys(rows).toSorted()).toEqual(expected);
  const printed = {
    AUTH: 'open on a loopback HOST',
    ARCHIVE_URL: 'file: under DATA_DIR',
    CORS_ORIGINS: 'none',
    S3_ADDRESSING: 'path where S3_ENDPOINT is set',
  };
  const defaults = new Map(Object.entries({ ...settingsSchema.parse({}), ...printed }));
  for (const name of expected) {
    expect(rows).toMatchObject({ [name]: defaults.get(name)?.toString() ?? 'unset' });
  }
});

test('the error table of the README has every code, and says rightly which may pass', () => {
  const rows = tableOf('code').map(([code = '', , retryable = '']) => [code, retryable]);
  const codes = Object.entries(ERROR_CODES).map(([code, { retryable }]) => [
    code,
    retryable ? 'yes' : 'no',
  ]);
  expect(Object.fromEntries(rows)).toEqual(Object.fromEntries(codes));
});

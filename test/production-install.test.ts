import { chmod, chown, copyFile, mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import {
  DownloadUrlDocument,
  PhotosDocument,
  QuotaDocument,
  UploadPhotoDocument,
} from '../schema/typed/graphql.ts';
import { copyBuilt, copyCheckout } from './support/checkout.ts';
import { readDockerfile } from './support/dockerfile.ts';
import { readFixture } from './support/fixtures.ts';
import { dataOf, send, sendFile } from './support/graphql-client.ts';
import { otherUser, startInstalledGateway } from './support/installed-gateway.ts';
import { startLedgerProvider } from './support/ledger-provider.ts';
import { npm } from './support/npm.ts';
import { runProgram } from './support/run-program.ts';
import { makeTemporaryDirectory } from './support/temporary-directory.ts';

/** An installation takes most of a minute on a busy machine. */
const INSTALL_TIMEOUT_MS = 300_000;
const MAJORS = [24, 26] as const;

const dockerfile = await readDockerfile();
const stack = new AsyncDisposableStack();
const { path: place } = stack.use(await makeTemporaryDirectory());
const checkout = join(place, 'checkout');
const production = join(place, 'production');

/** A path of the Node of this major version that another user may run. */
const nodeOf = (major: (typeof MAJORS)[number]) => join(place, `node-${major}`);

/** Runs the very step of our Dockerfile, into another folder. */
function makeProduction(directory: string) {
  const [program, ...args] = (dockerfile.steps[1] ?? '').split(' ');
  expect([program, args.at(-1)]).toEqual(['npm', '/production']);
  return npm([...args.slice(0, -1), directory], checkout);
}

async function installNode26() {
  const directory = join(checkout, 'test/fixtures/node-26');
  const { exitCode, stderr } = await npm(['ci', '--no-audit', '--no-fund'], directory);
  if (exitCode !== 0) throw new Error(stderr);
  await copyFile(join(directory, 'node_modules/.bin/node'), nodeOf(26));
}

beforeAll(async () => {
  await chmod(place, 0o755);
  await copyCheckout(checkout);
  await Promise.all([installNode26(), copyFile(process.execPath, nodeOf(24))]);
}, INSTALL_TIMEOUT_MS);

afterAll(async () => {
  await runProgram('chmod', ['-R', 'u+w', place]);
  await stack.disposeAsync();
});

test(
  'a checkout installs without its development dependencies, and then builds no page',
  async () => {
    const { exitCode, stderr } = await npm(
      ['ci', '--omit=dev', '--no-audit', '--no-fund'],
      checkout,
    );
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(await readdir(checkout)).not.toContain('dist');
  },
  INSTALL_TIMEOUT_MS,
);

test('without the built pages no folder is made, and the command says what is missing', async () => {
  const { exitCode, stderr } = await makeProduction(production);
  expect({ exitCode, stderr }).toEqual({
    exitCode: 1,
    stderr: 'dist/studio is missing: run npm ci first, with the development dependencies\n',
  });
  expect(await readdir(place)).not.toContain('production');
});

describe('the production folder', () => {
  let printed = '';

  beforeAll(async () => {
    await copyBuilt(checkout);
    const { exitCode, stdout, stderr } = await makeProduction(production);
    if (exitCode !== 0) throw new Error(stderr);
    printed = stdout;
    await runProgram('chmod', ['-R', 'a+rX,a-w', production]);
  }, INSTALL_TIMEOUT_MS);

  test('is reported with its size, and how to start it', () => {
    const [last = ''] = printed.trimEnd().split('\n').slice(-1);
    expect(last).toMatch(/ holds the gateway in \d+ MB\. Start it there, .*: node src\/main\.ts$/);
    expect(Number(/(\d+) MB/.exec(last)?.[1])).toBeLessThan(130);
  });

  test('contains no development dependency, and nothing of packages/ and bench/', async () => {
    const packages = await readdir(join(checkout, 'packages'));
    const root = await readManifest(checkout);
    const manifests = await Promise.all(
      ['bench', ...packages.map((name) => `packages/${name}`)].map((path) =>
        readManifest(join(checkout, path)),
      ),
    );
    const tools = new Set([...root.tools, ...manifests.flatMap(({ all }) => all)]);
    expect([...tools]).toEqual(
      expect.arrayContaining([
        'vite',
        'typescript',
        '@graphql-codegen/cli',
        'sharp',
        'vitest',
        'mercurius',
      ]),
    );
    for (const name of root.libraries) tools.delete(name);
    const installed = await installedPackages();
    expect(installed).toEqual(expect.arrayContaining(root.libraries));
    // Libraries that run depend on these themselves.
    const both = ['@graphql-tools/schema', '@graphql-typed-document-node/core'];
    expect(installed.filter((name) => tools.has(name))).toEqual(both);
    // An optional peer of a library that runs, where a tool brings it.
    expect(installed).not.toContain('@fastify/websocket');
    expect(await readdir(join(production, 'node_modules'))).not.toContain('@photo-gateway');
    expect((await readdir(production)).toSorted()).toEqual([
      '.npmrc',
      'LICENSE',
      'dist',
      'node_modules',
      'package-lock.json',
      'package.json',
      'schema',
      'src',
    ]);
  });

  test('is not overwritten by a second run', async () => {
    const { exitCode, stderr } = await makeProduction(production);
    expect({ exitCode, stderr }).toEqual({
      exitCode: 1,
      stderr: `${production} is not empty: name a new or an empty folder\n`,
    });
  });

  test('reports that it has no simulator if no provider is configured', async () => {
    const options = { ...otherUser, cwd: production, env: { DATA_DIR: await makeDataDirectory() } };
    const { exitCode, stderr } = await runProgram(nodeOf(24), ['src/main.ts'], options);
    expect({ exitCode, stderr }).toEqual({
      exitCode: 1,
      stderr:
        'photo-gateway cannot start: PHOTO_API_URL is required: this installation has no simulator\n',
    });
  });

  test.each(MAJORS)(
    'runs on Node %i as a user who may write only into DATA_DIR',
    async (major) => {
      const node = nodeOf(major);
      const writing = ['--eval', 'fs.writeFileSync("written", "")'];
      const options = { ...otherUser, cwd: production };
      expect((await runProgram(node, writing, options)).stderr).toContain('EACCES');
      expect((await runProgram(node, ['--version'])).stdout).toMatch(`v${major}.`);

      const dataDirectory = await makeDataDirectory();
      await using provider = await startLedgerProvider();
      await using gateway = await startInstalledGateway({
        node,
        args: dockerfile.command.slice(1),
        directory: production,
        user: otherUser,
        env: { ...provider.env, DATA_DIR: dataDirectory, POLL_INTERVAL_MS: '50' },
      });
      const checkHealth = () =>
        runProgram(node, dockerfile.healthCheck.slice(1), {
          ...otherUser,
          env: { PORT: new URL(gateway.endpoint).port },
        });
      expect(await checkHealth()).toEqual({ exitCode: 0, stdout: '', stderr: '' });
      for (const path of ['/health', '/ready', ...(await studioFiles(gateway.endpoint))]) {
        expect((await fetch(new URL(path, gateway.endpoint))).status).toBe(200);
      }
      expect(dataOf(await send(gateway, QuotaDocument)).quota.remaining).toBeGreaterThan(0);

      const file = await readFixture('landscape-small.jpg');
      const sent = await sendFile(gateway, UploadPhotoDocument, { file, repairType: 'REPAIR' });
      const { id } = dataOf(sent).uploadPhoto;
      await expect
        .poll(async () => dataOf(await send(gateway, PhotosDocument, { first: 1 })).photos.edges, {
          timeout: 20_000,
        })
        .toMatchObject([{ node: { id, status: 'READY', expiresAt: null } }]);
      const { downloadUrl } = dataOf(await send(gateway, DownloadUrlDocument, { id }));
      expect(new URL(downloadUrl.url).origin).toBe(new URL(gateway.endpoint).origin);
      expect((await fetch(downloadUrl.url)).status).toBe(200);

      expect(await gateway.stop()).toEqual({ exitCode: 0, stderr: '' });
      expect((await checkHealth()).exitCode).toBe(1);
      // One file: a graceful stop checkpoints the log into it.
      expect(await readdir(dataDirectory)).toEqual(['archive', 'photos.db']);
    },
    60_000,
  );
});

/** The studio's page, and the files that it names. */
async function studioFiles(endpoint: string): Promise<readonly string[]> {
  const page = await (await fetch(new URL('/', endpoint))).text();
  const files = [...page.matchAll(/(?:src|href)="(?<path>\.\/studio\/[^"]+)"/g)];
  expect(files.length).toBeGreaterThan(1);
  return ['/', ...files.map(({ groups }) => groups?.['path'] ?? '')];
}

async function makeDataDirectory(): Promise<string> {
  const path = join(place, `data-${crypto.randomUUID()}`);
  await mkdir(path);
  const { uid, gid } = otherUser;
  if (uid !== undefined && gid !== undefined) await chown(path, uid, gid);
  return path;
}

const manifest = z.object({
  dependencies: z.record(z.string(), z.string()).default({}),
  devDependencies: z.record(z.string(), z.string()).default({}),
});

/** The dependencies in the manifest of this folder. */
async function readManifest(directory: string) {
  const content = await readFile(join(directory, 'package.json'), 'utf8');
  const { dependencies, devDependencies } = manifest.parse(JSON.parse(content));
  const [libraries, tools] = [Object.keys(dependencies), Object.keys(devDependencies)];
  return { libraries, tools, all: [...libraries, ...tools] };
}

/** The names of all installed packages, as npm lists them. */
async function installedPackages(): Promise<readonly string[]> {
  const account = await readFile(join(production, 'node_modules/.package-lock.json'), 'utf8');
  const { packages } = z
    .object({ packages: z.record(z.string(), z.unknown()) })
    .parse(JSON.parse(account));
  return Object.keys(packages).map((path) => path.replace(/^.*node_modules\//, ''));
}

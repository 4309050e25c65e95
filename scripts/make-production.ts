import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, lstat, mkdir, readdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Makes a folder of what runs in production, out of a checkout in which `npm ci` has built the pages.
 * Run: `npm run production -- DIRECTORY`. If that fails, it exits with 1 and one line, and leaves nothing behind.
 */

const checkout = fileURLToPath(new URL('..', import.meta.url));

/** The files that run, and those that npm needs to install what the lock file says. */
const PARTS = [
  'src',
  'dist/studio',
  'dist/explorer',
  'schema/typed/persisted-documents.json',
  'LICENSE',
  'package.json',
  'package-lock.json',
  '.npmrc',
];

/** The reason why no folder was made. */
class Refusal extends Error {}

try {
  const directory = await makeProduction(process.argv.slice(2));
  process.stdout.write(
    `${directory} holds the gateway in ${await sizeMb(directory)} MB. ` +
      'Start it there, with PHOTO_API_URL set: node src/main.ts\n',
  );
} catch (error) {
  if (!(error instanceof Refusal)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}

async function makeProduction([path, ...others]: readonly string[]): Promise<string> {
  if (path === undefined || others.length > 0) {
    throw new Refusal('Name one folder to make: npm run production -- DIRECTORY');
  }
  const directory = resolve(path);
  await demandParts();
  await demandEmpty(directory);
  try {
    await mkdir(directory, { recursive: true });
    for (const part of PARTS) {
      await cp(join(checkout, part), join(directory, part), { recursive: true });
    }
    await install(directory);
  } catch (error) {
    // The next try would refuse an incomplete folder.
    for (const name of await readdir(directory)) {
      await rm(join(directory, name), { recursive: true });
    }
    throw error;
  }
  return directory;
}

async function demandParts() {
  for (const part of PARTS) {
    if (!(await exists(join(checkout, part)))) {
      throw new Refusal(`${part} is missing: run npm ci first, with the development dependencies`);
    }
  }
}

async function demandEmpty(directory: string) {
  if ((await exists(directory)) && (await readdir(directory)).length > 0) {
    throw new Refusal(`${directory} is not empty: name a new or an empty folder`);
  }
}

async function exists(path: string): Promise<boolean> {
  const found = await lstat(path).catch((error: NodeJS.ErrnoException) => error);
  if (!(found instanceof Error)) return true;
  if (found.code === 'ENOENT') return false;
  throw found;
}

/** The packages of the root alone: those of the workspaces build pages, or run on a developer's machine. */
async function install(directory: string) {
  const npm = spawn(
    'npm',
    [
      'ci',
      '--omit=dev',
      '--workspaces=false',
      '--ignore-scripts',
      '--no-audit',
      '--no-fund',
      // Otherwise npm would use a workspaces root above the folder.
      `--prefix=${directory}`,
    ],
    { cwd: directory, stdio: 'inherit' },
  );
  await once(npm, 'exit');
  if (npm.exitCode !== 0) throw new Refusal(`npm could not install into ${directory}`);
}

/** The size of the folder on the disk. */
async function sizeMb(directory: string): Promise<number> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const sizes = entries.map(async ({ parentPath, name }) => lstat(join(parentPath, name)));
  const bytes = (await Promise.all(sizes)).reduce((sum, { blocks }) => sum + blocks * 512, 0);
  return Math.round(bytes / 1_000_000);
}

import { chmod, mkdir, open, readdir, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { ConfigError } from '../src/config/config.ts';
import { MIGRATIONS } from '../src/photos/store/sqlite/migrations.ts';
import { openSqliteStore } from '../src/photos/store/sqlite/sqlite-store.ts';
import { useStore } from './support/store-crash-process.ts';
import { uploadOf } from './support/store-samples.ts';
import { makeFolder } from './support/store-sqlite-fixture.ts';

/** Tries to open a store, and returns the one line that says why it cannot be opened. */
async function refusalOf(directory: string): Promise<string> {
  const refusal: unknown = await openSqliteStore({ directory }).catch((error: unknown) => error);
  if (!(refusal instanceof ConfigError)) throw new Error('It was opened', { cause: refusal });
  expect(refusal.message).not.toContain('\n');
  return refusal.message;
}

async function modeOf(path: string) {
  return ((await stat(path)).mode & 0o777).toString(8);
}

/** Leaves a used database that is large enough to be damaged. */
async function leaveDatabase(directory: string) {
  const store = await openSqliteStore({ directory });
  for (let n = 0; n < 200; n += 1) await store.complete('a', uploadOf(`p${n}`), null);
  await store.close();
  return join(directory, 'photos.db');
}

test('a directory and its files are created for their owner alone', async () => {
  await using folder = await makeFolder();
  const directory = join(folder.path, 'new', 'data');
  const store = await openSqliteStore({ directory });
  await store.complete('a', uploadOf('p'), null);
  expect(await modeOf(join(folder.path, 'new'))).toBe('700');
  expect(await modeOf(directory)).toBe('700');
  expect((await readdir(directory)).toSorted()).toEqual(['photos.db', 'photos.db-wal']);
  expect(await modeOf(join(directory, 'photos.db'))).toBe('600');
  expect(await modeOf(join(directory, 'photos.db-wal'))).toBe('600');
  await store.close();
  expect(await readdir(directory)).toEqual(['photos.db']);
});

test('a database that others could read is made private', async () => {
  await using folder = await makeFolder();
  const path = await leaveDatabase(folder.path);
  await chmod(path, 0o644);
  await writeFile(`${path}-wal`, '', { mode: 0o644 });
  const store = await openSqliteStore({ directory: folder.path });
  expect(await modeOf(path)).toBe('600');
  expect(await modeOf(`${path}-wal`)).toBe('600');
  await store.close();
});

test('a directory that this process uses cannot be opened again, neither by it nor by another process', async () => {
  await using folder = await makeFolder();
  const store = await openSqliteStore({ directory: folder.path });
  expect(await refusalOf(folder.path)).toBe(
    `DATA_DIR ${folder.path} is in use by another photo-gateway: stop that one, or name another directory`,
  );
  const other = useStore(folder.path);
  expect(await other.nextLine()).toBe('opening');
  expect(await other.nextLine()).toBeNull();
  await store.complete('a', uploadOf('p'), null);
  await store.close();
  const next = await openSqliteStore({ directory: folder.path });
  expect(await next.photo('p')).toMatchObject({ id: 'p' });
  await next.close();
});

test('a directory that another process uses cannot be opened until that process is killed', async () => {
  await using folder = await makeFolder();
  const other = useStore(folder.path);
  expect(await other.nextLine()).toBe('opening');
  expect(await other.nextLine()).toBe('opened');
  expect(await refusalOf(folder.path)).toContain('is in use by another photo-gateway');
  await other.kill();
  const store = await openSqliteStore({ directory: folder.path });
  await store.close();
});

test('a directory that cannot be created or written to is refused', async () => {
  await using folder = await makeFolder();
  const file = join(folder.path, 'file');
  await writeFile(file, 'not a folder');
  await mkdir(join(folder.path, 'taken', 'photos.db'), { recursive: true });
  for (const directory of [file, join(file, 'data'), join(folder.path, 'taken'), '/proc/self']) {
    const refusal = await refusalOf(directory);
    expect(refusal).toMatch(
      /^DATA_DIR .* cannot be used \(.+\): name a directory that can be written to$/,
    );
    expect(refusal).toContain(`DATA_DIR ${directory} `);
  }
});

test('a file that is not a database is refused, and left unchanged', async () => {
  await using folder = await makeFolder();
  const path = join(folder.path, 'photos.db');
  await writeFile(path, 'Lorem ipsum dolor sit amet. '.repeat(100));
  expect(await refusalOf(folder.path)).toMatch(/^DATA_DIR .* holds a damaged photos\.db \(.+\): /);
  expect((await stat(path)).size).toBe(2800);
});

test('a database with an overwritten page is refused', async () => {
  await using folder = await makeFolder();
  const path = await leaveDatabase(folder.path);
  const pages = (await stat(path)).size / 4096;
  for (const page of [2, Math.floor(pages / 2), pages - 1]) {
    await using file = await open(path, 'r+');
    await file.write(Buffer.alloc(4096, 0x5a), 0, 4096, page * 4096);
  }
  expect(await refusalOf(folder.path)).toMatch(/^DATA_DIR .* holds a damaged photos\.db \(.+\): /);
});

test('a truncated database is refused', async () => {
  await using folder = await makeFolder();
  const path = await leaveDatabase(folder.path);
  await truncate(path, (await stat(path)).size / 2);
  expect(await refusalOf(folder.path)).toMatch(/^DATA_DIR .* holds a damaged photos\.db \(.+\): /);
});

test('a database of a newer version is refused, and left unchanged', async () => {
  await using folder = await makeFolder();
  const path = await leaveDatabase(folder.path);
  const newer = new DatabaseSync(path);
  newer.exec('PRAGMA user_version = 1000');
  newer.close();
  expect(await refusalOf(folder.path)).toMatch(
    /^DATA_DIR .* was written by a newer photo-gateway \(.*1000.*\): start that version, or name another directory$/,
  );
  const again = new DatabaseSync(path);
  expect(again.prepare('PRAGMA user_version').get()).toEqual({ user_version: 1000 });
  again.close();
});

test('a refused directory is not locked: it opens once its fault is corrected', async () => {
  await using folder = await makeFolder();
  const path = await leaveDatabase(folder.path);
  const setVersion = (version: number) => {
    using database = new DatabaseSync(path);
    database.exec(`PRAGMA user_version = ${version}`);
  };
  setVersion(1000);
  await refusalOf(folder.path);
  setVersion(MIGRATIONS.length);
  const store = await openSqliteStore({ directory: folder.path });
  expect(await store.completedUploads()).toBe(200);
  await store.close();
});

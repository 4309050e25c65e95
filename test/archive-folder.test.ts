import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { createFolderArchive } from '../src/photos/archive/folder-archive.ts';
import { describeArchive } from './support/archive-conformance.ts';
import { openFolderFixture } from './support/archive-folder-fixture.ts';
import { canMount, mountSmallDisk } from './support/archive-small-disk.ts';
import { MIB, patternOf, pictureOf, readPicture } from './support/archive-sources.ts';
import { makeTemporaryDirectory } from './support/temporary-directory.ts';

const NEVER = new AbortController().signal;
const open = (directory: string) =>
  createFolderArchive({ directory, signingKey: Buffer.alloc(32) });

/** As if nobody had written to the file for longer than an hour. */
async function letAge(file: string) {
  const then = new Date(Date.now() - 3_700_000);
  await utimes(file, then, then);
}

describeArchive('a folder', openFolderFixture);

test('a folder archive is created if it is missing, for its own user alone', async () => {
  await using parent = await makeTemporaryDirectory();
  const directory = join(parent.path, 'data', 'archive');
  const archive = await open(directory);
  await archive.put('mine', pictureOf(await readPicture()), NEVER);
  const file = archive.pathOf('mine');
  const modes = await Promise.all([directory, join(file, '..'), file].map((path) => stat(path)));
  expect(modes.map(({ mode }) => (mode & 0o777).toString(8))).toEqual(['700', '700', '600']);
});

test('its file names stay distinct on a case-insensitive file system', async () => {
  await using fixture = await openFolderFixture();
  const ids = ['abc', 'Abc', 'aBc', 'abC', 'ABC', 'a-c', 'A_c'];
  for (const id of ids) await fixture.archive.put(id, pictureOf(Buffer.from(id)), NEVER);
  const names = (await fixture.files()).map((file) => file.toLowerCase().split('/')[1]);
  expect(new Set(names).size).toBe(ids.length);
});

describe('an incomplete file in the folder', () => {
  test('is deleted at the next start after its process was killed, and is never served', async () => {
    await using directory = await makeTemporaryDirectory();
    const earlier = await readPicture();
    const before = await open(directory.path);
    await before.put('killed', pictureOf(earlier), NEVER);
    const script = new URL('support/archive-writer-process.ts', import.meta.url);
    const writer = spawn('node', [fileURLToPath(script), directory.path], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(writer.stdout, 'data');
    const exited = once(writer, 'exit');
    writer.kill('SIGKILL');
    await exited;
    const incoming = join(directory.path, 'incoming');
    const [file = ''] = await readdir(incoming);
    await letAge(join(incoming, file));
    const after = await open(directory.path);
    expect(await readdir(incoming)).toEqual([]);
    expect((await readFile(after.pathOf('killed'))).equals(earlier)).toBe(true);
  });

  test('stays until nobody has written to it for an hour', async () => {
    await using directory = await makeTemporaryDirectory();
    const incoming = join(directory.path, 'incoming');
    await mkdir(incoming);
    const file = '0d1b2a3c-4d5e-4f60-8718-293a4b5c6d7e';
    const foreign = 'holiday.jpg';
    for (const name of [file, foreign]) await writeFile(join(incoming, name), 'half a picture');
    await open(directory.path);
    expect(await readdir(incoming)).toEqual([file, foreign]);
    for (const name of [file, foreign]) await letAge(join(incoming, name));
    await open(directory.path);
    expect(await readdir(incoming)).toEqual([foreign]);
  });
});

describe('a folder archive on a disk', () => {
  test.runIf(canMount)(
    'that is full refuses a picture, keeps the earlier one, and accepts it once there is space',
    async () => {
      await using disk = await mountSmallDisk(2 * MIB);
      const archive = await open(disk.path);
      const earlier = await readPicture();
      await archive.put('mine', pictureOf(earlier), NEVER);
      const later = patternOf(3 * MIB);
      const full = { code: 'ENOSPC' };
      await expect(archive.put('mine', pictureOf(later), NEVER)).rejects.toMatchObject(full);
      expect(await readdir(join(disk.path, 'incoming'))).toEqual([]);
      expect((await readFile(archive.pathOf('mine'))).equals(earlier)).toBe(true);
      await archive.check(NEVER);

      const ballast = join(disk.path, 'ballast');
      await expect(writeFile(ballast, later)).rejects.toMatchObject(full);
      await expect(archive.check(NEVER)).rejects.toMatchObject(full);
      await rm(ballast);
      await archive.check(NEVER);
      const smaller = later.subarray(0, MIB);
      await archive.put('mine', pictureOf(smaller), NEVER);
      expect((await readFile(archive.pathOf('mine'))).equals(smaller)).toBe(true);
    },
  );

  test.runIf(canMount)(
    'that is read-only refuses a picture, and serves those that it has',
    async () => {
      await using disk = await mountSmallDisk(2 * MIB);
      const archive = await open(disk.path);
      const earlier = await readPicture();
      await archive.put('mine', pictureOf(earlier), NEVER);
      await disk.remount('ro');
      const readOnly = { code: 'EROFS' };
      await expect(archive.put('mine', pictureOf(earlier), NEVER)).rejects.toMatchObject(readOnly);
      await expect(archive.check(NEVER)).rejects.toMatchObject(readOnly);
      expect((await readFile(archive.pathOf('mine'))).equals(earlier)).toBe(true);
    },
  );

  test('that is missing cannot be written to', async () => {
    await using directory = await makeTemporaryDirectory();
    const archive = await open(directory.path);
    await rm(directory.path, { recursive: true });
    await expect(archive.check(NEVER)).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

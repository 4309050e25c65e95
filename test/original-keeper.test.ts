import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { pino } from 'pino';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { createFolderArchive } from '../src/photos/archive/folder-archive.ts';
import {
  createOriginalKeeper,
  type OriginalKeeperOptions,
} from '../src/photos/archive/original-keeper.ts';
import { purgeExpired } from '../src/photos/archive/purge-expired.ts';
import { removePhotoFiles } from '../src/photos/archive/remove-photo-files.ts';
import { openSqliteStore } from '../src/photos/store/sqlite/sqlite-store.ts';
import { canMount, mountSmallDisk } from './support/archive-small-disk.ts';
import { MIB, readPicture } from './support/archive-sources.ts';
import { uploadOf } from './support/store-samples.ts';
import { makeTemporaryDirectory } from './support/temporary-directory.ts';

const picture = await readPicture();
const logLine = z.object({ msg: z.string() });
const NEVER = new AbortController().signal;

/** Real store, real folder, and uploads that the test makes by hand. */
async function openKeeper(directory: string, options: Partial<OriginalKeeperOptions> = {}) {
  await using opened = new AsyncDisposableStack();
  const stored = opened.use(await makeTemporaryDirectory());
  const store = await openSqliteStore({ directory: stored.path });
  opened.defer(() => store.close());
  const archive = await createFolderArchive({ directory, signingKey: Buffer.alloc(32) });
  opened.defer(() => archive.close());
  const lines: string[] = [];
  const write = (line: string) => void lines.push(logLine.parse(JSON.parse(line)).msg);
  const keeper = createOriginalKeeper({
    archive,
    store,
    directory: archive.incoming,
    isArchiveFailing: () => false,
    log: pino({}, { write }),
    ...options,
  });
  opened.defer(() => keeper.close());
  const running = opened.move();

  /** Sends these bytes as an upload does, in pieces. */
  async function send(bytes: Buffer) {
    async function* inPieces() {
      for (let start = 0; start < bytes.length; start += 65_536)
        yield bytes.subarray(start, start + 65_536);
    }
    const copy = keeper.begin();
    const sent = await buffer(copy?.tee(inPieces()) ?? inPieces());
    expect(sent.equals(bytes)).toBe(true);
    return copy;
  }

  async function upload(id: string, bytes: Buffer) {
    const copy = await send(bytes);
    const originalFile = { mediaType: 'image/jpeg', sizeBytes: bytes.length };
    const photo = await store.complete('client', uploadOf(id, { originalFile }), null);
    copy?.keep(photo, 'image/jpeg');
  }

  return {
    store,
    archive,
    keeper,
    send,
    upload,
    lines,
    files: async () => {
      const entries = await readdir(directory, { recursive: true, withFileTypes: true });
      return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

const MISSED = 'Pictures cannot be kept as they were uploaded; uploads go on';

describe('an original', () => {
  test('is given up if the disk does not take it in time, and the upload notices nothing', async () => {
    await using directory = await makeTemporaryDirectory();
    await using fixture = await openKeeper(directory.path, { maxWaitingBytes: 65_536 });
    const large = Buffer.alloc(3 * MIB, picture);
    expect((await fixture.send(large))?.isIntact).toBe(false);
    expect(fixture.keeper.state()).toEqual({ kept: 0, missed: 1 });
    expect(fixture.lines).toEqual([MISSED]);
    await expect.poll(() => fixture.files()).toEqual([]);

    await fixture.upload('small', picture.subarray(0, 60_000));
    await expect.poll(() => fixture.keeper.state()).toEqual({ kept: 1, missed: 1 });
    expect(fixture.lines).toEqual([MISSED, 'Pictures are kept as they were uploaded again']);
  });

  test.runIf(canMount)('is given up if the disk is full, and leaves nothing there', async () => {
    await using disk = await mountSmallDisk(MIB);
    await using fixture = await openKeeper(disk.path);
    await fixture.upload('small', picture);
    await expect.poll(() => fixture.keeper.state()).toEqual({ kept: 1, missed: 0 });
    await fixture.upload('large', Buffer.alloc(2 * MIB, picture));
    await expect.poll(() => fixture.keeper.state()).toEqual({ kept: 1, missed: 1 });
    await expect.poll(() => fixture.files()).toEqual(['photo-small.original']);
    expect(await fixture.store.original('large', 1)).toBeNull();
    expect(fixture.lines).toEqual([MISSED]);
  });

  test('is not begun while the archive takes nothing', async () => {
    await using directory = await makeTemporaryDirectory();
    await using fixture = await openKeeper(directory.path, { isArchiveFailing: () => true });
    expect(fixture.keeper.begin()).toBeNull();
  });

  test('is deleted if its photo was uploaded again before it was kept', async () => {
    await using directory = await makeTemporaryDirectory();
    await using fixture = await openKeeper(directory.path);
    const { store } = fixture;
    const copy = await fixture.send(picture);
    const originalFile = { mediaType: 'image/jpeg', sizeBytes: picture.length };
    const first = await store.complete('client', uploadOf('p', { originalFile }), null);
    await fixture.upload('p', picture);
    copy?.keep(first, 'image/jpeg');
    await expect.poll(() => fixture.files()).toEqual(['photo-p.r2.original']);
    expect(fixture.keeper.state()).toEqual({ kept: 1, missed: 0 });
  });

  test('is deleted with its photo, or as soon as nobody has it', async () => {
    await using directory = await makeTemporaryDirectory();
    await using fixture = await openKeeper(directory.path);
    const { store, archive } = fixture;
    for (const id of ['expired', 'again', 'stays']) await fixture.upload(id, picture);
    await expect.poll(() => fixture.keeper.state().kept).toBe(3);
    await store.markExpired('expired', 1);
    await store.complete('client', uploadOf('again'), null);
    await removePhotoFiles({ store, archive }, 'again', []);
    expect((await fixture.files()).toSorted()).toEqual([
      'photo-expired.original',
      'photo-stays.original',
    ]);
    await purgeExpired({ store, archive, stepSize: 1 }, NEVER);
    expect(await fixture.files()).toEqual(['photo-stays.original']);
    expect(await store.expiredOriginals(10)).toEqual([]);
  });

  test('that a process left half-way is not served, and its rest is deleted', async () => {
    await using directory = await makeTemporaryDirectory();
    await using fixture = await openKeeper(directory.path);
    const { store, archive } = fixture;
    const originalFile = { mediaType: 'image/jpeg', sizeBytes: picture.length };
    await store.complete('client', uploadOf('p', { originalFile }), null);
    const path = join(archive.incoming, 'rest');
    await writeFile(path, picture);
    await archive.adopt('p.original', { mediaType: 'image/jpeg', path }, NEVER);
    expect(await store.original('p', 1)).toBeNull();
    await store.markExpired('p', 1);
    await purgeExpired({ store, archive, stepSize: 1 }, NEVER);
    expect(await fixture.files()).toEqual([]);
  });
});

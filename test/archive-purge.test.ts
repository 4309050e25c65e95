import { mkdir, readFile, rm } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { purgeExpired } from '../src/photos/archive/purge-expired.ts';
import { openArchiveWorker } from './support/archive-worker.ts';
import { canMount, mountSmallDisk } from './support/archive-small-disk.ts';
import { MIB } from './support/archive-sources.ts';

const NEVER = new AbortController().signal;

/** An archive that keeps its pictures for this long, and sweeps constantly. */
function openBrief(options: Parameters<typeof openArchiveWorker>[0] = {}) {
  return openArchiveWorker({ keepForMs: 100, sweepIntervalMs: 10, ...options });
}

type Fixture = Awaited<ReturnType<typeof openArchiveWorker>>;

async function keep({ archiveWorker, makeReady }: Fixture, ids: readonly string[]) {
  for (const id of ids) archiveWorker.enqueue(await makeReady(id));
  await expect
    .poll(() => archiveWorker.state())
    .toMatchObject({ archived: ids.length, backlog: 0 });
}

async function isKept({ store, archive }: Fixture, id: string) {
  const { archived } = (await store.photo(id)) ?? {};
  const file = await fileExists(archive.pathOf(archived?.name ?? id));
  expect(archived !== null).toBe(file);
  return file;
}

async function fileExists(path: string) {
  return readFile(path).then(
    () => true,
    () => false,
  );
}

async function isGone(fixture: Fixture, id: string) {
  const { status } = (await fixture.store.photo(id)) ?? {};
  return status === 'EXPIRED' && !(await isKept(fixture, id));
}

describe('a picture that has expired', () => {
  test('is deleted, and its photo is expired', async () => {
    await using fixture = await openBrief({ purgeStepSize: 2 });
    const ids = ['1', '2', '3'];
    await keep(fixture, ids);
    await fixture.archiveWorker.start();
    for (const id of ids) await expect.poll(() => isGone(fixture, id)).toBe(true);
    expect(fixture.linesAt(40)).toEqual([]);
  });

  test('is deleted after a restart too', async () => {
    await using fixture = await openBrief();
    await keep(fixture, ['mine']);
    await fixture.archiveWorker.close();
    await fixture.open().start();
    await expect.poll(() => isGone(fixture, 'mine')).toBe(true);
  });

  test('stays until then, or for ever', async () => {
    await using fixture = await openBrief({ keepForMs: null });
    await keep(fixture, ['for-good']);
    await using brief = await openBrief();
    await keep(brief, ['brief']);
    await fixture.archiveWorker.start();
    await brief.archiveWorker.start();
    await expect.poll(() => isGone(brief, 'brief')).toBe(true);
    expect(await isKept(fixture, 'for-good')).toBe(true);
  });

  test('is deleted without the picture of a later upload', async () => {
    await using fixture = await openBrief();
    await keep(fixture, ['again', 'other']);
    await fixture.archiveWorker.close();
    const later = fixture.open({ keepForMs: null });
    later.enqueue(await fixture.makeReady('again'));
    await expect.poll(() => later.state()).toMatchObject({ archived: 1 });
    await later.start();
    await expect.poll(() => isGone(fixture, 'other')).toBe(true);
    expect(await isKept(fixture, 'again')).toBe(true);
  });

  test.runIf(canMount)('is deleted later if it cannot be deleted now', async () => {
    await using disk = await mountSmallDisk(MIB);
    await using fixture = await openBrief({ directory: disk.path });
    await keep(fixture, ['mine']);
    await disk.remount('ro');
    await fixture.archiveWorker.start();
    await expect
      .poll(() => fixture.linesAt(40))
      .toContain('The archive could not be cleaned up; it will be tried again');
    expect(await isKept(fixture, 'mine')).toBe(true);
    await disk.remount('rw');
    await expect.poll(() => isGone(fixture, 'mine')).toBe(true);
  });
});

/** An archive with expired pictures only. */
async function openExpired(ids: readonly string[]) {
  const fixture = await openArchiveWorker({ keepForMs: 1 });
  await keep(fixture, ids);
  await expect.poll(() => fixture.store.expired(100)).toHaveLength(ids.length);
  return fixture;
}

describe('one purge', () => {
  test('continues step by step until nothing is left', async () => {
    const ids = ['1', '2', '3', '4', '5'];
    await using fixture = await openExpired(ids);
    await purgeExpired({ ...fixture, stepSize: 2 }, NEVER);
    for (const id of ids) expect(await isGone(fixture, id)).toBe(true);
  });

  test('skips a picture that cannot be deleted, and reports why at the end', async () => {
    const ids = ['1', '2', '3', '4', '5'];
    await using fixture = await openExpired(ids);
    const path = fixture.archive.pathOf('1');
    await rm(path);
    await mkdir(path);
    const purge = purgeExpired({ ...fixture, stepSize: 2 }, NEVER);
    await expect(purge).rejects.toMatchObject({ code: 'ERR_FS_EISDIR' });
    for (const id of ids.slice(1)) expect(await isGone(fixture, id)).toBe(true);
    expect((await fixture.store.photo('1'))?.archived).not.toBeNull();
  });

  test('deletes the earlier picture of a photo that was uploaded again, and not the later one', async () => {
    await using fixture = await openExpired(['1', '2']);
    const { store, archive } = fixture;
    const another = fixture.open({ keepForMs: null });
    another.enqueue(await fixture.makeReady('2'));
    await expect.poll(() => another.state().archived).toBe(1);
    await purgeExpired({ store, archive, stepSize: 10 }, NEVER);
    expect(await isGone(fixture, '1')).toBe(true);
    const photo = await store.photo('2');
    expect(photo).toMatchObject({ revision: 2, status: 'READY', archived: { name: '2.r2' } });
    expect(await fileExists(archive.pathOf('2.r2'))).toBe(true);
    expect(await fileExists(archive.pathOf('2'))).toBe(false);
  });

  test('ends when it is aborted', async () => {
    await using fixture = await openExpired(['mine']);
    await purgeExpired({ ...fixture, stepSize: 10 }, AbortSignal.abort());
    expect(await isKept(fixture, 'mine')).toBe(true);
  });
});

test('a photo that was skipped is found by the next sweep', async () => {
  await using fixture = await openArchiveWorker({ sweepIntervalMs: 10 });
  await fixture.archiveWorker.start();
  await fixture.makeReady('never-enqueued');
  await expect.poll(() => fixture.archiveWorker.state()).toMatchObject({ archived: 1 });
});

import { mkdir, readFile, rm } from 'node:fs/promises';
import { describe, expect, test, vi } from 'vitest';
import { purgeLapsed } from '../src/photos/archive/purge-lapsed.ts';
import { openArchivist } from './support/archive-archivist.ts';
import { canMount, mountSmallDisk } from './support/archive-small-disk.ts';
import { MIB } from './support/archive-sources.ts';

const NEVER = new AbortController().signal;

/** An archive that keeps its pictures for so long and looks for what to purge all the time. */
function openBrief(options: Parameters<typeof openArchivist>[0] = {}) {
  return openArchivist({ keepForMs: 100, sweepIntervalMs: 10, ...options });
}

type Fixture = Awaited<ReturnType<typeof openArchivist>>;

async function keep({ archivist, makeReady }: Fixture, ids: readonly string[]) {
  for (const id of ids) archivist.enqueue(await makeReady(id));
  await expect.poll(() => archivist.state()).toMatchObject({ archived: ids.length, backlog: 0 });
}

async function isKept({ store, archive }: Fixture, id: string) {
  const photo = await store.photo(id);
  const file = await readFile(archive.pathOf(id)).then(
    () => true,
    () => false,
  );
  expect(photo?.archived !== null).toBe(file);
  return file;
}

async function isGone(fixture: Fixture, id: string) {
  const { status } = (await fixture.store.photo(id)) ?? {};
  return status === 'EXPIRED' && !(await isKept(fixture, id));
}

describe('a picture whose time is over', () => {
  test('is deleted, and its photo is expired', async () => {
    await using fixture = await openBrief({ purgeStepSize: 2 });
    const ids = ['1', '2', '3'];
    await keep(fixture, ids);
    await fixture.archivist.start();
    for (const id of ids) await expect.poll(() => isGone(fixture, id)).toBe(true);
    expect(fixture.linesAt(40)).toEqual([]);
  });

  test('is deleted after a restart, too', async () => {
    await using fixture = await openBrief();
    await keep(fixture, ['mine']);
    await fixture.archivist.close();
    await fixture.open().start();
    await expect.poll(() => isGone(fixture, 'mine')).toBe(true);
  });

  test('stays while it is not over, or never ends', async () => {
    await using fixture = await openBrief({ keepForMs: null });
    await keep(fixture, ['for-good']);
    await using brief = await openBrief();
    await keep(brief, ['brief']);
    await fixture.archivist.start();
    await brief.archivist.start();
    await expect.poll(() => isGone(brief, 'brief')).toBe(true);
    expect(await isKept(fixture, 'for-good')).toBe(true);
  });

  test('does not take the picture of a later upload with it', async () => {
    await using fixture = await openBrief();
    await keep(fixture, ['again', 'other']);
    await fixture.archivist.close();
    const later = fixture.open({ keepForMs: null });
    later.enqueue(await fixture.makeReady('again'));
    await expect.poll(() => later.state()).toMatchObject({ archived: 1 });
    await later.start();
    await expect.poll(() => isGone(fixture, 'other')).toBe(true);
    expect(await isKept(fixture, 'again')).toBe(true);
  });

  test.runIf(canMount)('is deleted later where it cannot be deleted now', async () => {
    await using disk = await mountSmallDisk(MIB);
    await using fixture = await openBrief({ directory: disk.path });
    await keep(fixture, ['mine']);
    await disk.remount('ro');
    await fixture.archivist.start();
    await expect
      .poll(() => fixture.linesAt(40))
      .toContain('The archive could not be tidied up; it will be tried again');
    expect(await isKept(fixture, 'mine')).toBe(true);
    await disk.remount('rw');
    await expect.poll(() => isGone(fixture, 'mine')).toBe(true);
  });
});

const nobodyIsBusy = () => false;

/** An archive with nothing but pictures whose time is over. */
async function openLapsed(ids: readonly string[]) {
  const fixture = await openArchivist({ keepForMs: 1 });
  await keep(fixture, ids);
  await expect.poll(() => fixture.store.lapsed(100)).toHaveLength(ids.length);
  return fixture;
}

describe('one purge', () => {
  test('goes on step by step until nothing is left', async () => {
    const ids = ['1', '2', '3', '4', '5'];
    await using fixture = await openLapsed(ids);
    await purgeLapsed({ ...fixture, stepSize: 2 }, nobodyIsBusy, NEVER);
    for (const id of ids) expect(await isGone(fixture, id)).toBe(true);
  });

  test('passes over a picture that cannot be deleted, and says why in the end', async () => {
    const ids = ['1', '2', '3', '4', '5'];
    await using fixture = await openLapsed(ids);
    const path = fixture.archive.pathOf('1');
    await rm(path);
    await mkdir(path);
    const purge = purgeLapsed({ ...fixture, stepSize: 2 }, nobodyIsBusy, NEVER);
    await expect(purge).rejects.toMatchObject({ code: 'ERR_FS_EISDIR' });
    for (const id of ids.slice(1)) expect(await isGone(fixture, id)).toBe(true);
    expect((await fixture.store.photo('1'))?.archived).not.toBeNull();
  });

  test('leaves a photo alone whose new picture is on its way', async () => {
    await using fixture = await openLapsed(['busy', 'idle']);
    await purgeLapsed({ ...fixture, stepSize: 10 }, (id) => id === 'busy', NEVER);
    expect(await isGone(fixture, 'idle')).toBe(true);
    expect(await isKept(fixture, 'busy')).toBe(true);
  });

  test('leaves a picture alone that took the place of the old one in the middle of it', async () => {
    await using fixture = await openLapsed(['1', '2']);
    const order = (await fixture.store.lapsed(2)).map(({ id }) => id);
    const [first = '', second = ''] = order;
    const another = fixture.open({ keepForMs: null });
    async function remove(id: string) {
      if (id === first) {
        another.enqueue(await fixture.makeReady(second));
        await vi.waitUntil(() => another.state().archived === 1);
      }
      await fixture.archive.remove(id);
    }
    const { store } = fixture;
    await purgeLapsed({ store, archive: { remove }, stepSize: 10 }, nobodyIsBusy, NEVER);
    expect(await isGone(fixture, first)).toBe(true);
    expect(await isKept(fixture, second)).toBe(true);
  });

  test('ends when it is told to', async () => {
    await using fixture = await openLapsed(['mine']);
    await purgeLapsed({ ...fixture, stepSize: 10 }, nobodyIsBusy, AbortSignal.abort());
    expect(await isKept(fixture, 'mine')).toBe(true);
  });
});

test('a photo that was passed over is found by the next look at the store', async () => {
  await using fixture = await openArchivist({ sweepIntervalMs: 10 });
  await fixture.archivist.start();
  await fixture.makeReady('never-enqueued');
  await expect.poll(() => fixture.archivist.state()).toMatchObject({ archived: 1 });
});

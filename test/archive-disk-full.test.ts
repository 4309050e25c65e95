import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openArchiveWorker } from './support/archive-worker.ts';
import { canMount, mountSmallDisk } from './support/archive-small-disk.ts';
import { MIB } from './support/archive-sources.ts';
import { answers } from './support/provider-stub.ts';

const FULL = 'The disk of the archive is full';
const FULL_LINE = `${FULL}: finished pictures are tried again until the provider deletes them`;
const LOST_LINE = 'A finished picture is lost: the provider deleted it before it was archived';

/** Fills a small disk completely, until the returned function is called. */
async function fill(path: string): Promise<() => Promise<void>> {
  const ballast = join(path, 'ballast');
  const filling = writeFile(ballast, Buffer.alloc(2 * MIB));
  await expect(filling).rejects.toMatchObject({ code: 'ENOSPC' });
  return () => rm(ballast);
}

describe.runIf(canMount)('an archive on a full disk', () => {
  test('fails with one log line, and resumes by itself once there is space', async () => {
    await using disk = await mountSmallDisk(MIB);
    await using fixture = await openArchiveWorker({
      directory: disk.path,
      locate: (id) => (id === 'brief' ? answers.failure(9002) : undefined),
    });
    const { archiveWorker } = fixture;
    const empty = await fill(disk.path);
    archiveWorker.enqueue(await fixture.makeReady('mine'));
    const failing = { status: 'failing', reason: FULL, backlog: 1 };
    await expect.poll(() => archiveWorker.state()).toMatchObject(failing);
    archiveWorker.enqueue(await fixture.makeReady('brief', 200));
    await expect.poll(() => archiveWorker.state().lost).toBe(1);
    expect(fixture.linesAt(50)).toEqual([FULL_LINE, LOST_LINE]);
    expect(fixture.linesAt(30)).toEqual([]);

    await empty();
    const working = { status: 'working', reason: null, backlog: 0, archived: 1 };
    await expect.poll(() => archiveWorker.state()).toMatchObject(working);
    expect(fixture.linesAt(30)).toEqual(['The archive can be written to again']);

    await fill(disk.path);
    archiveWorker.enqueue(await fixture.makeReady('later'));
    await expect.poll(() => archiveWorker.state()).toMatchObject(failing);
    expect(fixture.linesAt(50)).toEqual([FULL_LINE, LOST_LINE, FULL_LINE]);
  });

  test('requests no picture from the provider while there is no space', async () => {
    await using disk = await mountSmallDisk(MIB);
    await using fixture = await openArchiveWorker({
      directory: disk.path,
      concurrency: 1,
      locate: (id) => (id === 'first' ? undefined : answers.failure(9002)),
    });
    const { archiveWorker } = fixture;
    const empty = await fill(disk.path);
    archiveWorker.enqueue(await fixture.makeReady('first'));
    await expect.poll(() => archiveWorker.state().status).toBe('failing');
    // Nine attempts pass.
    for (let count = 0; count < 9; count += 1) {
      archiveWorker.enqueue(await fixture.makeReady(`${count}`, 100));
    }
    await expect.poll(() => archiveWorker.state().lost).toBe(9);
    expect(fixture.requests).toEqual(['first']);
    await empty();
    await expect
      .poll(() => archiveWorker.state())
      .toMatchObject({ status: 'working', archived: 1 });
  });

  test('is found to work again even if no picture waits', async () => {
    await using disk = await mountSmallDisk(MIB);
    let calls = 0;
    await using fixture = await openArchiveWorker({
      directory: disk.path,
      sweepIntervalMs: 10,
      // It exists at first, and is deleted before the next attempt.
      locate: () => ((calls += 1) === 1 ? undefined : answers.failure(9002)),
    });
    const { archiveWorker } = fixture;
    await disk.remount('ro');
    await archiveWorker.start();
    archiveWorker.enqueue(await fixture.makeReady('mine', 100));
    await expect
      .poll(() => archiveWorker.state())
      .toMatchObject({
        status: 'failing',
        reason: 'The disk of the archive is read-only',
        backlog: 0,
        lost: 1,
      });
    await disk.remount('rw');
    await expect.poll(() => archiveWorker.state().status).toBe('working');
  });
});

test('an archive that cannot be written to for another reason reports that reason', async () => {
  await using disk = await mountSmallDisk(MIB);
  await using fixture = await openArchiveWorker({ directory: disk.path });
  await rm(join(disk.path, 'incoming'), { recursive: true });
  fixture.archiveWorker.enqueue(await fixture.makeReady('mine'));
  await expect
    .poll(() => fixture.archiveWorker.state())
    .toMatchObject({
      status: 'failing',
      reason: expect.stringMatching(/^The archive cannot be written to \(ENOENT: .+\)$/),
    });
  expect(fixture.linesAt(50)).toHaveLength(1);
});

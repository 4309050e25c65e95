import { hash } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { openArchiveWorker } from './support/archive-worker.ts';
import { readPicture } from './support/archive-sources.ts';
import { answers } from './support/provider-stub.ts';
import { uploadOf } from './support/store-samples.ts';

const PICTURE = await readPicture();

describe('the archive worker', () => {
  test('archives the picture of a ready photo, with its type, size and hash', async () => {
    await using fixture = await openArchiveWorker();
    const { store, archive, archiveWorker } = fixture;
    const before = Date.now();
    archiveWorker.enqueue(await fixture.makeReady('mine'));
    expect(archiveWorker.state()).toMatchObject({ status: 'working', reason: null, backlog: 1 });
    await expect
      .poll(() => archiveWorker.state())
      .toMatchObject({ backlog: 0, archived: 1, lost: 0 });
    expect(await store.photo('mine')).toMatchObject({
      status: 'READY',
      expiresAt: null,
      archived: {
        mediaType: 'image/jpeg',
        sizeBytes: PICTURE.length,
        sha256: hash('sha256', PICTURE),
      },
    });
    const archivedAt = (await store.photo('mine'))?.archived?.archivedAt.getTime();
    expect(archivedAt).toBeGreaterThanOrEqual(before);
    expect((await readFile(archive.pathOf('mine'))).equals(PICTURE)).toBe(true);
    expect(fixture.linesAt(40)).toEqual([]);
  });

  test('keeps it for the configured time', async () => {
    await using fixture = await openArchiveWorker({ keepForMs: 86_400_000 });
    fixture.archiveWorker.enqueue(await fixture.makeReady('mine'));
    await expect.poll(() => fixture.archiveWorker.state()).toMatchObject({ archived: 1 });
    const photo = await fixture.store.photo('mine');
    const keptForMs =
      (photo?.expiresAt?.getTime() ?? 0) - (photo?.archived?.archivedAt.getTime() ?? 0);
    expect(Math.abs(keptForMs - 86_400_000)).toBeLessThan(1000);
  });

  test('fetches a picture once, however often it is enqueued', async () => {
    await using fixture = await openArchiveWorker();
    const photo = await fixture.makeReady('mine');
    fixture.archiveWorker.enqueue(photo);
    fixture.archiveWorker.enqueue(photo);
    await expect
      .poll(() => fixture.archiveWorker.state())
      .toMatchObject({ backlog: 0, archived: 1 });
    fixture.archiveWorker.enqueue(photo);
    await expect.poll(() => fixture.archiveWorker.state().backlog).toBe(0);
    expect(fixture.requests).toEqual(['mine']);
  });

  test('resumes unfinished work after a restart, and nothing else', async () => {
    const hold = Promise.withResolvers<void>();
    await using fixture = await openArchiveWorker({
      serve: (res, id, earlier) => {
        if (id === 'begun' && earlier === 0) hold.resolve();
        else res.end(PICTURE);
      },
    });
    const { store, archiveWorker } = fixture;
    archiveWorker.enqueue(await fixture.makeReady('done'));
    await expect.poll(() => archiveWorker.state()).toMatchObject({ archived: 1 });
    archiveWorker.enqueue(await fixture.makeReady('begun'));
    await hold.promise;
    await fixture.makeReady('waiting');
    await store.complete('client', uploadOf('processing'), null);
    await archiveWorker.close();
    expect(await store.photo('begun')).toMatchObject({ status: 'READY', archived: null });
    expect(fixture.linesAt(40)).toEqual([]);

    const next = fixture.open();
    await next.start();
    await expect.poll(() => next.state()).toMatchObject({ backlog: 0, archived: 2, lost: 0 });
    expect(fixture.requests).toEqual(['done', 'begun', 'begun', 'waiting']);
  });

  test('fetches a few pictures at a time, those that expire first at first', async () => {
    const held: { readonly id: string; readonly res: ServerResponse }[] = [];
    await using fixture = await openArchiveWorker({
      concurrency: 2,
      serve: (res, id) => void held.push({ id, res }),
    });
    for (const [id, expiresInMs] of Object.entries({ a: 50, b: 60, late: 59, soon: 10, mid: 30 })) {
      fixture.archiveWorker.enqueue(await fixture.makeReady(id, expiresInMs * 60_000));
    }
    await expect.poll(() => held).toHaveLength(2);
    for (let count = 1; count <= 5; count += 1) {
      await expect.poll(() => held.length).toBe(Math.min(count + 1, 5));
      held[count - 1]?.res.end(PICTURE);
      await expect.poll(() => fixture.archiveWorker.state().archived).toBe(count);
    }
    expect(held.map(({ id }) => id)).toEqual(['a', 'b', 'soon', 'mid', 'late']);
  });

  test('archives more photos than its queue can hold', async () => {
    await using fixture = await openArchiveWorker({ maxQueued: 2, concurrency: 1 });
    const ids = ['1', '2', '3', '4', '5', '6', '7'];
    for (const id of ids) fixture.archiveWorker.enqueue(await fixture.makeReady(id));
    expect(fixture.archiveWorker.state().backlog).toBeLessThanOrEqual(2);
    await expect
      .poll(() => fixture.archiveWorker.state())
      .toMatchObject({ archived: 7, backlog: 0 });
    expect(fixture.requests.toSorted()).toEqual(ids);
  });
});

describe('a picture that cannot be fetched', () => {
  test('is tried again until it succeeds', async () => {
    await using fixture = await openArchiveWorker({
      serve: (res, _id, earlier) => {
        if (earlier === 0) res.writeHead(500).end();
        else if (earlier === 1) res.end('<html>');
        else if (earlier === 2) res.destroy();
        else res.end(PICTURE);
      },
    });
    fixture.archiveWorker.enqueue(await fixture.makeReady('mine'));
    await expect.poll(() => fixture.archiveWorker.state()).toMatchObject({ archived: 1, lost: 0 });
    expect(fixture.requests).toHaveLength(4);
    expect(fixture.linesAt(40)).toEqual([
      'A finished picture could not be fetched; it will be tried again',
    ]);
    expect(fixture.archiveWorker.state().status).toBe('working');
  });

  test('does not hold up the others', async () => {
    await using fixture = await openArchiveWorker({
      concurrency: 1,
      retryBaseDelayMs: 3_600_000,
      retryMaxDelayMs: 3_600_000,
      serve: (res, id) => (id === 'bad' ? res.writeHead(404).end() : res.end(PICTURE)),
    });
    fixture.archiveWorker.enqueue(await fixture.makeReady('bad', 60_000));
    fixture.archiveWorker.enqueue(await fixture.makeReady('good'));
    await expect
      .poll(() => fixture.archiveWorker.state())
      .toMatchObject({ archived: 1, backlog: 1 });
  });

  test('is not requested sooner because of a sweep', async () => {
    await using fixture = await openArchiveWorker({
      retryBaseDelayMs: 3_600_000,
      retryMaxDelayMs: 3_600_000,
      sweepIntervalMs: 10,
      serve: (res, id) => (id === 'bad' ? res.writeHead(404).end() : res.end(PICTURE)),
    });
    const { archiveWorker } = fixture;
    await archiveWorker.start();
    archiveWorker.enqueue(await fixture.makeReady('bad'));
    await expect.poll(() => fixture.requests).toEqual(['bad']);
    for (const [index, id] of ['1', '2', '3'].entries()) {
      await fixture.makeReady(id);
      // Only another sweep of the store finds this one.
      await expect
        .poll(() => archiveWorker.state())
        .toMatchObject({ archived: index + 1, backlog: 1 });
    }
    expect(fixture.requests).toEqual(['bad', '1', '2', '3']);
  });

  test('is given up when its hour is over, with one log line', async () => {
    await using fixture = await openArchiveWorker({ serve: (res) => res.writeHead(404).end() });
    fixture.archiveWorker.enqueue(await fixture.makeReady('mine', 300));
    await expect.poll(() => fixture.archiveWorker.state()).toMatchObject({ backlog: 0, lost: 1 });
    expect(fixture.requests.length).toBeGreaterThan(2);
    expect(fixture.linesAt(50)).toEqual([
      'A finished picture is lost: the provider deleted it before it was archived',
    ]);
    expect(await fixture.store.photo('mine')).toMatchObject({ status: 'EXPIRED', archived: null });
  });

  test('is tried one last time when its hour is over, however long the pause would be', async () => {
    await using fixture = await openArchiveWorker({
      retryBaseDelayMs: 3_600_000,
      retryMaxDelayMs: 3_600_000,
      serve: (res) => res.writeHead(404).end(),
    });
    fixture.archiveWorker.enqueue(await fixture.makeReady('mine', 600));
    await expect.poll(() => fixture.archiveWorker.state()).toMatchObject({ backlog: 0, lost: 1 });
  });

  test('is tried again if the provider does not give its address', async () => {
    let calls = 0;
    await using fixture = await openArchiveWorker({
      locate: () => ((calls += 1) < 3 ? answers.failure(500) : undefined),
    });
    fixture.archiveWorker.enqueue(await fixture.makeReady('mine'));
    await expect.poll(() => fixture.archiveWorker.state()).toMatchObject({ archived: 1 });
  });

  test('is requested only from the provider', async () => {
    await using fixture = await openArchiveWorker({
      locate: (id) =>
        id === 'evil' ? answers.resultUrl('http://169.254.169.254/latest/meta-data') : undefined,
    });
    fixture.archiveWorker.enqueue(await fixture.makeReady('evil', 200));
    await expect.poll(() => fixture.archiveWorker.state()).toMatchObject({ lost: 1 });
    expect(fixture.requests).toEqual([]);
  });
});

test('a photo that was uploaded again before its turn is skipped until it is ready', async () => {
  await using fixture = await openArchiveWorker();
  const photo = await fixture.makeReady('mine');
  await fixture.store.complete('client', uploadOf('mine'), null);
  fixture.archiveWorker.enqueue(photo);
  await expect.poll(() => fixture.archiveWorker.state().backlog).toBe(0);
  expect(fixture.requests).toEqual([]);
  expect(fixture.archiveWorker.state()).toMatchObject({ archived: 0, lost: 0 });
});

describe('a photo that is uploaded again while its picture is fetched', () => {
  test('does not get the old picture, which is not archived either', async () => {
    const begun = Promise.withResolvers<ServerResponse>();
    await using fixture = await openArchiveWorker({ serve: (res) => begun.resolve(res) });
    const { store, archive, archiveWorker } = fixture;
    archiveWorker.enqueue(await fixture.makeReady('mine'));
    const res = await begun.promise;
    await store.complete('client', uploadOf('mine'), null);
    res.end(PICTURE);
    await expect.poll(() => archiveWorker.state().backlog).toBe(0);
    expect(await store.photo('mine')).toMatchObject({ status: 'PROCESSING', archived: null });
    await expect(readFile(archive.pathOf('mine'))).rejects.toMatchObject({ code: 'ENOENT' });
    expect(archiveWorker.state()).toMatchObject({ archived: 0, lost: 0 });
  });

  test('keeps the old one if another gateway of the fleet has archived it meanwhile', async () => {
    const begun = Promise.withResolvers<ServerResponse>();
    await using fixture = await openArchiveWorker({ serve: (res) => begun.resolve(res) });
    const { store, archive, archiveWorker } = fixture;
    archiveWorker.enqueue(await fixture.makeReady('mine'));
    const res = await begun.promise;
    const sha256 = hash('sha256', PICTURE);
    const sizeBytes = PICTURE.length;
    const picture = { name: 'mine', mediaType: 'image/jpeg', sizeBytes, sha256 };
    await store.markArchived('mine', 1, { ...picture, archivedAt: new Date() }, null);
    await store.complete('client', uploadOf('mine'), null);
    res.end(PICTURE);
    await expect.poll(() => archiveWorker.state().backlog).toBe(0);
    expect((await readFile(archive.pathOf('mine'))).equals(PICTURE)).toBe(true);
  });

  test('gets the new one, even if that is ready before the old one has arrived', async () => {
    const begun = Promise.withResolvers<ServerResponse>();
    const later = await readPicture('id-photo.jpg');
    await using fixture = await openArchiveWorker({
      serve: (res, _id, earlier) => (earlier === 0 ? begun.resolve(res) : res.end(later)),
    });
    const { store, archive, archiveWorker } = fixture;
    archiveWorker.enqueue(await fixture.makeReady('mine'));
    const res = await begun.promise;
    archiveWorker.enqueue(await fixture.makeReady('mine'));
    res.end(PICTURE);
    await expect.poll(() => archiveWorker.state()).toMatchObject({ archived: 1, backlog: 0 });
    expect(await store.photo('mine')).toMatchObject({
      revision: 2,
      archived: { sha256: hash('sha256', later) },
    });
    expect((await readFile(archive.pathOf('mine.r2'))).equals(later)).toBe(true);
    await expect(readFile(archive.pathOf('mine'))).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

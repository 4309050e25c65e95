import { describe, expect, test } from 'vitest';
import { openArchiveWorker } from './support/archive-worker.ts';
import { answers } from './support/provider-stub.ts';

type Options = NonNullable<Parameters<typeof openArchiveWorker>[0]>;

describe('a picture that the provider reports missing', () => {
  test('is tried again if that happens within its hour', async () => {
    let calls = 0;
    await using fixture = await openArchiveWorker({
      locate: () => ((calls += 1) < 4 ? answers.failure(9002) : undefined),
    });
    fixture.archiveWorker.enqueue(await fixture.makeReady('mine'));
    await expect.poll(() => fixture.archiveWorker.state()).toMatchObject({ archived: 1, lost: 0 });
    expect(calls).toBe(4);
    expect(fixture.linesAt(50)).toEqual([]);
  });

  test('is tried again even if a client was told that it is gone', async () => {
    let calls = 0;
    await using fixture = await openArchiveWorker({
      locate: () => ((calls += 1) < 4 ? answers.failure(9002) : undefined),
    });
    const { store, archiveWorker, makeReady } = fixture;
    const photo = await makeReady('mine');
    await store.markExpired('mine', photo.revision);
    archiveWorker.enqueue(photo);
    await expect.poll(() => archiveWorker.state()).toMatchObject({ archived: 1, lost: 0 });
    expect(await store.photo('mine')).toMatchObject({ status: 'READY' });
  });

  test('is lost if that happens after its hour', async () => {
    await using fixture = await openArchiveWorker({ locate: () => answers.failure(9002) });
    const told: string[] = [];
    fixture.events.on('lost', ({ id, revision }) => told.push(`${id} ${revision}`));
    fixture.archiveWorker.enqueue(await fixture.makeReady('mine', 300));
    await expect.poll(() => fixture.archiveWorker.state()).toMatchObject({ backlog: 0, lost: 1 });
    expect(await fixture.store.photo('mine')).toMatchObject({ status: 'EXPIRED' });
    expect(fixture.linesAt(50)).toHaveLength(1);
    expect(fixture.requests).toEqual([]);
    expect(told).toEqual(['mine 1']);
  });

  test('is tried for a while after its hour, since the provider’s clock may differ', async () => {
    let calls = 0;
    await using fixture = await openArchiveWorker({
      graceMs: 3_600_000,
      locate: () => ((calls += 1) < 4 ? answers.failure(9002) : undefined),
    });
    fixture.archiveWorker.enqueue(await fixture.makeReady('mine', 1));
    await expect.poll(() => fixture.archiveWorker.state()).toMatchObject({ archived: 1, lost: 0 });
    expect(await fixture.store.photo('mine')).toMatchObject({ status: 'READY' });
  });

  test('is not lost if the provider cannot be reached when its hour is over', async () => {
    let calls = 0;
    await using fixture = await openArchiveWorker({
      locate: () => ((calls += 1) < 4 ? answers.failure(500) : undefined),
    });
    fixture.archiveWorker.enqueue(await fixture.makeReady('mine', 1));
    await expect.poll(() => fixture.archiveWorker.state()).toMatchObject({ archived: 1, lost: 0 });
  });
});

describe('a picture whose hour is over by the clock alone', () => {
  const HOUR_MS = 3_600_000;

  /** Ready photos, and a clock that is then set ahead. */
  async function openAhead(count: number, aheadMs: number, options: Options = {}) {
    let ahead = 0;
    const asked: string[] = [];
    const fixture = await openArchiveWorker({
      now: () => Date.now() + ahead,
      ...options,
      locate: (id) => {
        asked.push(id);
        return options.locate?.(id);
      },
    });
    for (let n = 0; n < count; n += 1) await fixture.makeReady(`${n}`, HOUR_MS + n);
    ahead = aheadMs;
    return { ...fixture, asked };
  }

  test('is requested once more, and archived if the provider still has it', async () => {
    await using fixture = await openAhead(1, 2 * HOUR_MS);
    const { store, archiveWorker } = fixture;
    expect(await store.photo('0')).toMatchObject({ status: 'EXPIRED' });
    await archiveWorker.start();
    await expect.poll(() => archiveWorker.state()).toMatchObject({ archived: 1, lost: 0 });
    expect(await store.photo('0')).toMatchObject({ status: 'READY', expiresAt: null });
    expect(fixture.linesAt(50)).toEqual([]);
  });

  test('is lost if the provider says so, and not requested again', async () => {
    await using fixture = await openAhead(1, 2 * HOUR_MS, {
      sweepIntervalMs: 10,
      locate: (id) => (id === '0' ? answers.failure(9002) : undefined),
    });
    const { archiveWorker, makeReady } = fixture;
    await archiveWorker.start();
    await expect.poll(() => archiveWorker.state().lost).toBe(1);
    await makeReady('later');
    // Only another sweep of the store finds this one.
    await expect.poll(() => archiveWorker.state().archived).toBe(1);
    expect(fixture.asked).toEqual(['0', 'later']);
  });

  test('is requested a few at a time, the latest first, after those within their hour', async () => {
    await using fixture = await openAhead(7, 2 * HOUR_MS, {
      concurrency: 1,
      maxOverdue: 3,
      locate: (id) => (id === 'timely' ? undefined : answers.failure(9002)),
    });
    await fixture.makeReady('timely');
    await fixture.archiveWorker.start();
    await expect.poll(() => fixture.archiveWorker.state()).toMatchObject({ backlog: 0, lost: 3 });
    expect(fixture.asked).toEqual(['timely', '6', '5', '4']);
    const next = fixture.open({ sweepIntervalMs: 10 });
    await next.start();
    await expect.poll(() => next.state().lost).toBe(4);
  });

  test('is not requested if it expired more than a day ago', async () => {
    await using fixture = await openAhead(3, 26 * HOUR_MS);
    await fixture.archiveWorker.start();
    fixture.archiveWorker.enqueue(await fixture.makeReady('later'));
    await expect
      .poll(() => fixture.archiveWorker.state())
      .toMatchObject({ archived: 1, backlog: 0 });
    expect(fixture.asked).toEqual(['later']);
  });
});

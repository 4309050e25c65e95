import { describe, expect, test } from 'vitest';
import {
  anna,
  bert,
  eventsOf,
  jobsOf,
  NEVER_MS,
  nodeOf,
  pollsOf,
  readyAnswers,
  startFleet,
  waitsOf,
} from './support/fleet.ts';
import { connect, execute } from './support/fleet-database.ts';
import { uploadTo } from './support/start-module.ts';

describe('a fleet', () => {
  test('polls each photo by one node, and pushes one event to subscribers of every node', async () => {
    await using fleet = await startFleet(3);
    const ids: string[] = [];
    for (let index = 0; index < 12; index += 1)
      ids.push((await uploadTo(nodeOf(fleet, index % 3).photos, anna)).id);
    const events = fleet.nodes.map(({ photos }) =>
      Promise.all(ids.map((id) => eventsOf(photos.ready(anna, [id])))),
    );
    for (const id of ids)
      await expect.poll(() => pollsOf(fleet.provider.calls, id)).toBeGreaterThan(1);
    for (const id of ids) fleet.ready.add(id);
    for (const ofNode of await Promise.all(events))
      expect(ofNode).toEqual(ids.map(() => ['READY']));
    // Whoever found it ready was the only one: a second poll loop would have found it too.
    for (const id of ids) expect(readyAnswers(fleet, id)).toBe(1);
  });

  test('pushes at once to a client that subscribes on another node when the photo is ready', async () => {
    await using fleet = await startFleet(2);
    const { id } = await uploadTo(nodeOf(fleet, 0).photos, anna);
    fleet.ready.add(id);
    expect(await eventsOf(nodeOf(fleet, 0).photos.ready(anna, [id]))).toEqual(['READY']);
    expect(await eventsOf(nodeOf(fleet, 1).photos.ready(anna, [id]))).toEqual(['READY']);
    expect(readyAnswers(fleet, id)).toBe(1);
  });

  test('tells subscribers of every node that a photo was deleted, and polls it no more', async () => {
    await using fleet = await startFleet(2);
    const { id } = await uploadTo(nodeOf(fleet, 0).photos, anna);
    const events = fleet.nodes.map(({ photos }) => eventsOf(photos.ready(anna, [id])));
    await expect.poll(() => pollsOf(fleet.provider.calls, id)).toBeGreaterThan(0);
    await nodeOf(fleet, 1).photos.delete(anna, id);
    for (const ofNode of await Promise.all(events)) expect(ofNode).toEqual(['PHOTO_NOT_FOUND']);
    expect(await nodeOf(fleet, 0).photos.photo(anna, id)).toBeNull();
    await expect.poll(() => jobsOf(fleet)).toEqual([]);
  });

  test('answers for the status and the expected time of a photo that another node polls', async () => {
    await using fleet = await startFleet(2);
    const { id } = await uploadTo(nodeOf(fleet, 0).photos, anna);
    await expect.poll(() => pollsOf(fleet.provider.calls, id)).toBeGreaterThan(0);
    for (const { photos } of fleet.nodes) {
      const photo = await photos.status(anna, id);
      expect(photo).toMatchObject({ id, status: 'PROCESSING' });
      expect(await photos.expectedReadyAt(photo)).toBeNull();
    }
    const waiting = eventsOf(nodeOf(fleet, 0).photos.ready(anna, [id]));
    fleet.ready.add(id);
    for (const { photos } of fleet.nodes)
      await expect.poll(() => photos.status(anna, id)).toMatchObject({ status: 'READY' });
    expect(await waiting).toEqual(['READY']);
  });

  test('gets another node while a table of it is vacuumed', async () => {
    await using fleet = await startFleet(1);
    await using vacuum = await connect(fleet.database.url);
    await vacuum.query('BEGIN; LOCK TABLE photos IN SHARE UPDATE EXCLUSIVE MODE');
    const second = await fleet.join();
    expect(await uploadTo(second.photos, anna)).toMatchObject({ status: 'PROCESSING' });
  });

  test('hands over what a node polls when that stops', async () => {
    await using fleet = await startFleet(1);
    const [first] = [nodeOf(fleet, 0)];
    const ids: string[] = [];
    for (let index = 0; index < 5; index += 1) ids.push((await uploadTo(first.photos, anna)).id);
    for (const id of ids)
      await expect.poll(() => pollsOf(fleet.provider.calls, id)).toBeGreaterThan(1);
    const second = await fleet.join({ sweepIntervalMs: NEVER_MS });
    const events = Promise.all(ids.map((id) => eventsOf(second.photos.ready(anna, [id]))));
    await first.close();
    for (const id of ids) fleet.ready.add(id);
    expect(await events).toEqual(ids.map(() => ['READY']));
  });

  test('finds photos that have no job, and polls them', async () => {
    await using fleet = await startFleet(2, { sweepIntervalMs: 50 });
    const { id } = await uploadTo(nodeOf(fleet, 0).photos, anna);
    const events = eventsOf(nodeOf(fleet, 1).photos.ready(anna, [id]));
    await expect.poll(() => pollsOf(fleet.provider.calls, id)).toBeGreaterThan(1);
    // As after a crash of the database, which may forget jobs, or of the node before it added one.
    await execute(fleet.database.url, 'DELETE FROM bullmq.job');
    await expect.poll(() => jobsOf(fleet)).toEqual([`${id}.1`]);
    fleet.ready.add(id);
    expect(await events).toEqual(['READY']);
  });

  test('ends the watch of an upload when the same picture is uploaded again', async () => {
    await using fleet = await startFleet(2);
    fleet.sameId('again');
    await uploadTo(nodeOf(fleet, 0).photos, anna);
    await expect.poll(() => pollsOf(fleet.provider.calls, 'again')).toBeGreaterThan(1);
    const events = eventsOf(nodeOf(fleet, 1).photos.ready(anna, ['again']));
    await uploadTo(nodeOf(fleet, 1).photos, anna);
    await expect.poll(() => jobsOf(fleet)).toEqual(['again.2']);
    fleet.ready.add('again');
    expect(await events).toEqual(['READY']);
    await expect.poll(() => jobsOf(fleet)).toEqual([]);
  });
});

describe('an id that nobody of the fleet uploaded', () => {
  test('is polled once while clients of several nodes wait for it, and not after', async () => {
    await using fleet = await startFleet(2);
    const streams = fleet.nodes.map(({ photos }) => photos.ready(bert, ['unknown']));
    const first = streams.map((stream) => stream.next());
    await expect.poll(() => jobsOf(fleet)).toEqual(['unknown.0']);
    await expect.poll(() => pollsOf(fleet.provider.calls, 'unknown')).toBeGreaterThan(1);
    expect(fleet.provider.mostAtOnce('status')).toBe(1);

    await streams[0]?.return?.();
    const before = pollsOf(fleet.provider.calls, 'unknown');
    await expect.poll(() => pollsOf(fleet.provider.calls, 'unknown')).toBeGreaterThan(before);
    await streams[1]?.return?.();
    await Promise.all(first);
    await expect.poll(() => jobsOf(fleet)).toEqual([]);
  });

  test('ends for the clients of every node with what the poll finds', async () => {
    await using fleet = await startFleet(2);
    const wait = (id: string) =>
      fleet.nodes.map(({ photos }) => eventsOf(photos.ready(bert, [id])));
    const [found, missing] = [wait('found'), wait('missing')];
    await expect
      .poll(async () => (await jobsOf(fleet)).toSorted())
      .toEqual(['found.0', 'missing.0']);
    await expect.poll(() => waitsOf(fleet)).toBe(4);
    fleet.ready.add('found');
    fleet.missing.add('missing');
    expect(await Promise.all(found)).toEqual([['READY'], ['READY']]);
    expect(await Promise.all(missing)).toEqual([['PHOTO_NOT_FOUND'], ['PHOTO_NOT_FOUND']]);
    await expect.poll(() => waitsOf(fleet)).toBe(0);
  });

  test('is unknown to a client whose photo it is not', async () => {
    await using fleet = await startFleet(2);
    const { id } = await uploadTo(nodeOf(fleet, 0).photos, anna);
    for (const { photos } of fleet.nodes)
      expect(await eventsOf(photos.ready(bert, [id]))).toEqual(['PHOTO_NOT_FOUND']);
    fleet.ready.add(id);
    expect(await eventsOf(nodeOf(fleet, 1).photos.ready(anna, [id]))).toEqual(['READY']);
  });
});

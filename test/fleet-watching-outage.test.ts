import { expect, test } from 'vitest';
import { startAnnouncements } from '../src/photos/fleet/announcements.ts';
import { startCutProxy } from './support/cut-proxy.ts';
import { anna, bert, eventsOf, nodeOf, pollsOf, startFleet } from './support/fleet.ts';
import { createDatabase } from './support/postgres.ts';
import { startPostgresServer } from './support/postgres-server.ts';
import { quietLog } from './support/quiet-log.ts';
import { uploadTo } from './support/start-module.ts';

test.each(['fast', 'immediate'] as const)(
  'subscribers outlive a restart of the database (%s stop), and are served',
  async (how) => {
    await using server = await startPostgresServer();
    await using fleet = await startFleet(2, { server });
    const uploaded = await uploadTo(nodeOf(fleet, 0).photos, anna);
    const unseen = await uploadTo(nodeOf(fleet, 1).photos, anna);
    const ids = [uploaded.id, unseen.id];
    const own = fleet.nodes.map(({ photos }) => eventsOf(photos.ready(anna, ids)));
    const foreign = fleet.nodes.map(({ photos }) => eventsOf(photos.ready(bert, ['unknown'])));
    for (const id of [...ids, 'unknown'])
      await expect.poll(() => pollsOf(fleet.provider.calls, id)).toBeGreaterThan(1);

    await server.stop(how);
    // It is found ready while that cannot be stored.
    fleet.ready.add(uploaded.id);
    await expect.poll(() => fleet.readyAnswersOf.get(uploaded.id)).toBeGreaterThan(0);
    await server.start();
    fleet.ready.add(unseen.id).add('unknown');
    for (const events of own) expect(await events).toEqual(['READY', 'READY']);
    for (const events of foreign) expect(await events).toEqual(['READY']);
  },
);

test('who subscribes while the database is away is served when it is back, or told in time that it is not', async () => {
  await using server = await startPostgresServer();
  await using fleet = await startFleet(1, { server });
  const { photos } = nodeOf(fleet, 0);
  const { id } = await uploadTo(photos, anna);
  await expect.poll(() => pollsOf(fleet.provider.calls, id)).toBeGreaterThan(1);
  const impatient = await fleet.join({ waitTimeoutMs: 300 });
  await server.stop('fast');
  const events = eventsOf(photos.ready(anna, [id]));
  await expect(photos.photo(anna, id)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  expect(await eventsOf(impatient.photos.ready(anna, [id]))).toEqual(['STORE_UNAVAILABLE']);
  await server.start();
  fleet.ready.add(id);
  expect(await events).toEqual(['READY']);
});

test('the address of a picture is told, though the database restarts when it is asked for', async () => {
  await using server = await startPostgresServer();
  await using fleet = await startFleet(1, { server });
  const { photos } = nodeOf(fleet, 0);
  const { id } = await uploadTo(photos, anna);
  fleet.ready.add(id);
  expect(await eventsOf(photos.ready(anna, [id]))).toEqual(['READY']);
  await server.stop('fast');
  const address = photos.downloadUrl(anna, id);
  await expect(photos.photo(anna, id)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  await server.start();
  expect(await address).toMatchObject({ url: expect.stringContaining(id) });
});

test('a node does not start where nothing is heard, as through a pooler that changes connections', async () => {
  await using database = await createDatabase();
  const deaf = { query: async () => ({ rows: [], count: 0 }) };
  await expect(
    startAnnouncements({ url: database.url, database: deaf, helloTimeoutMs: 50, log: quietLog }),
  ).rejects.toThrow(/^DATABASE_URL [^\n]*notifications do not arrive[^\n]*$/);
});

test('a node whose network swallows all learns what happened meanwhile', async () => {
  const impatient = { heartbeatMs: 100, statementTimeoutMs: 1000, connectTimeoutMs: 1000 };
  await using server = await startPostgresServer();
  await using fleet = await startFleet(1, { server });
  await using network = await startCutProxy(fleet.database.url);
  const reached = new URL(fleet.database.url);
  reached.port = new URL(network.url).port;
  const cutOff = await fleet.join(impatient, reached.href);
  const { id } = await uploadTo(nodeOf(fleet, 0).photos, anna);
  const there = eventsOf(cutOff.photos.ready(anna, [id]));
  const here = eventsOf(nodeOf(fleet, 0).photos.ready(anna, [id]));
  await expect.poll(() => pollsOf(fleet.provider.calls, id)).toBeGreaterThan(1);

  network.swallow();
  fleet.ready.add(id);
  expect(await here).toEqual(['READY']);
  network.restore();
  expect(await there).toEqual(['READY']);
});

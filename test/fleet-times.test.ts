import { expect, test } from 'vitest';
import { createFleetTimes } from '../src/photos/fleet/fleet-times.ts';
import { openPostgresStore } from '../src/photos/store/postgres/postgres-store.ts';
import { execute } from './support/fleet-database.ts';
import { anna, eventsOf, nodeOf, startFleet } from './support/fleet.ts';
import { createDatabase } from './support/postgres.ts';
import { quietLog as log } from './support/quiet-log.ts';
import { uploadTo } from './support/start-module.ts';

test('processing times that several nodes learn are kept side by side, and read by all', async () => {
  await using database = await createDatabase();
  await using opened = new AsyncDisposableStack();
  async function join() {
    const store = await openPostgresStore({ url: database.url, uploadTimeoutMs: 0, log });
    opened.defer(() => store.close());
    return createFleetTimes({ database: store.database, node: store.node, log });
  }
  const [one, other] = [await join(), await join()];

  const learned: unknown[] = [];
  one.follow((sampleClass, seen) => learned.push([sampleClass, seen]));
  one.add('REPAIR', { notReadyAtMs: 100, readyAtMs: 200 });
  other.add('REPAIR', { notReadyAtMs: 300, readyAtMs: 400 });
  other.add('REPAIR', { notReadyAtMs: 400, readyAtMs: -1 });
  await Promise.all([one.settled(), other.settled()]);
  await one.look();
  await one.look();
  expect(learned).toEqual([['REPAIR', { notReadyAtMs: 300, readyAtMs: 400 }]]);
  const all = (await (await join()).load()).get('REPAIR')?.observations ?? [];
  expect(all.toSorted(([from], [than]) => from - than)).toEqual([
    [100, 200],
    [300, 400],
  ]);

  for (let write = 0; write < 60; write += 1) {
    for (let index = 0; index < 3; index += 1)
      other.add('COLORIZE', { notReadyAtMs: write, readyAtMs: write + 1 });
    await other.settled();
  }
  const rows = await execute(database.url, 'SELECT FROM processing_times');
  expect(rows.length).toBeLessThan(60 * 3);
  expect((await one.load()).get('COLORIZE')?.observations.at(-1)).toEqual([59, 60]);
});

test('what one node learns of photos lets another say when its photo will be ready', async () => {
  await using fleet = await startFleet(1);
  for (let index = 0; index < 8; index += 1) {
    const { id } = await uploadTo(nodeOf(fleet, 0).photos, anna);
    fleet.ready.add(id);
    await eventsOf(nodeOf(fleet, 0).photos.ready(anna, [id]));
  }
  const second = await fleet.join({ sweepIntervalMs: 50 });
  await expect
    .poll(async () => {
      const photo = await uploadTo(second.photos, anna);
      return second.photos.expectedReadyAt(photo);
    })
    .toBeInstanceOf(Date);
});

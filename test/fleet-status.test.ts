import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { execute } from './support/fleet-database.ts';
import { anna, nodeOf, pollsOf, startFleet } from './support/fleet.ts';
import { createDatabase } from './support/postgres.ts';
import { runProgram } from './support/run-program.ts';
import { uploadTo } from './support/start-module.ts';

const backlog = z.strictObject({
  running: z.number(),
  waiting: z.number(),
  oldestSeconds: z.number().nullable(),
});
const fleetStatus = z.strictObject({
  nodes: z.array(
    z.strictObject({ id: z.string(), photosWatched: z.number(), picturesArchiving: z.number() }),
  ),
  watch: backlog,
  archive: backlog,
  lost: z.array(z.strictObject({ photoId: z.string(), at: z.string(), reason: z.string() })),
});

const command = fileURLToPath(new URL('../src/fleet-command.ts', import.meta.url));

async function status(url: string, ...flags: readonly string[]): Promise<string> {
  const env = { DATABASE_URL: url };
  const args = [command, 'status', ...flags];
  const { exitCode, stdout, stderr } = await runProgram(process.execPath, args, { env });
  expect([exitCode, stderr]).toEqual([0, '']);
  return stdout;
}

test('npm run fleet says in one line that no gateway has started on a database', async () => {
  await using database = await createDatabase();
  const env = { DATABASE_URL: database.url };
  const ended = await runProgram(process.execPath, [command, 'status', '--json'], { env });
  expect(ended).toMatchObject({ exitCode: 1, stdout: '' });
  expect(ended.stderr).toMatch(/^DATABASE_URL [^\n]* has no tables of a gateway[^\n]*\n$/);
});

test('npm run fleet shows the nodes, what each works on, what waits, and what was lost', async () => {
  await using fleet = await startFleet(2);
  for (let index = 0; index < 6; index += 1) {
    const { id } = await uploadTo(nodeOf(fleet, index % 2).photos, anna);
    await expect.poll(() => pollsOf(fleet.provider.calls, id)).toBeGreaterThan(0);
  }
  await execute(
    fleet.database.url,
    `INSERT INTO bullmq.job (queue, id, seq, name, state, failed_reason, added_at_ms, finished_at_ms)
     VALUES ('archive', 'gone.2', 1, 'archive', 'failed', 'too late', 1, 1767225600000)`,
  );
  for (const { photos } of fleet.nodes)
    expect(await photos.health()).toMatchObject({ fleet: { photosWaiting: 0 } });

  const json = fleetStatus.parse(JSON.parse(await status(fleet.database.url, '--json')));
  expect(json.nodes).toHaveLength(2);
  expect(json.nodes.reduce((sum, { photosWatched }) => sum + photosWatched, 0)).toBe(6);
  expect(json.watch).toMatchObject({ running: 6, waiting: 0 });
  expect(json.archive).toEqual({ running: 0, waiting: 0, oldestSeconds: null });
  expect(json.lost).toEqual([
    { photoId: 'gone', at: '2026-01-01T00:00:00.000Z', reason: 'too late' },
  ]);

  const text = await status(fleet.database.url);
  expect(text).toContain('2 nodes live');
  expect(text).toContain('Photos to be polled: 6 by a node, 0 waiting');
  expect(text).toContain('gone  too late');
});

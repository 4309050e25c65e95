import { expect, test } from 'vitest';
import { z } from 'zod';
import { PhotoReadyDocument, UploadPhotoDocument } from '../schema/typed/graphql.ts';
import { readFixture } from './support/fixtures.ts';
import { execute } from './support/fleet-database.ts';
import { dataOf, sendFile } from './support/graphql-client.ts';
import { createDatabase } from './support/postgres.ts';
import { answers, startScriptedProvider } from './support/scripted-provider.ts';
import { spawnGateway } from './support/spawn-gateway.ts';
import { startGatewayOf } from './support/start-gateway.ts';
import { subscribers } from './support/subscribe.ts';
import { makeTemporaryDirectory } from './support/temporary-directory.ts';

const jobRows = z.array(z.object({ lock_token: z.string().nullable() }));

/** Sets the clock of a process an hour ahead of all others. */
const HOUR_AHEAD = {
  NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(
    'const now = Date.now; Date.now = () => now() + 3_600_000;',
  )}`,
};

test('photos of a node that is killed are taken over, whatever its clock, and each subscriber gets one event', async () => {
  let ready = false;
  await using provider = await startScriptedProvider(({ endpoint, fields }, earlier) => {
    if (endpoint === 'upload') return answers.uploaded(`photo-${earlier}`);
    if (endpoint === 'download') return answers.download(fields.get('mdf') ?? '');
    return ready ? answers.ready : answers.processing;
  });
  await using database = await createDatabase();
  await using directory = await makeTemporaryDirectory();
  const env = {
    ...provider.env,
    DATABASE_URL: database.url,
    POLL_INTERVAL_MS: '50',
    ARCHIVE_URL: 'off',
  };
  await using survivor = await startGatewayOf(env);
  const killed = await spawnGateway({ ...env, ...HOUR_AHEAD, DATA_DIR: directory.path });
  using client = subscribers.WebSocket(survivor);
  const file = await readFixture('landscape-small.jpg');
  const ids: string[] = [];
  for (let index = 0; index < 12; index += 1) {
    const gateway = { endpoint: index % 2 === 0 ? survivor.endpoint : killed.endpoint };
    const variables = { file, repairType: 'REPAIR', waitSeconds: 0 } as const;
    ids.push(dataOf(await sendFile(gateway, UploadPhotoDocument, variables)).uploadPhoto.id);
  }
  const streams = ids.map((id) => client.subscribe(PhotoReadyDocument, { id }));
  const first = streams.map((stream) => stream.next());
  /** How many jobs each worker holds. A token begins with the id of its worker. */
  async function holders(): Promise<number[]> {
    const rows = await execute(
      database.url,
      "SELECT lock_token FROM bullmq.job WHERE queue = 'watch'",
    );
    const workers = jobRows.parse(rows).map(({ lock_token: token }) => token?.split(':')[0] ?? '');
    return [...Map.groupBy(workers, (worker) => worker).values()].map(({ length }) => length);
  }
  await expect.poll(async () => (await holders()).length).toBe(2);
  await expect.poll(async () => (await holders()).reduce((sum, held) => sum + held, 0)).toBe(12);

  await killed.kill();
  ready = true;
  for (const { value } of await Promise.all(first))
    expect(dataOf(value).photoReady).toMatchObject({ status: 'READY' });
  for (const stream of streams) expect(await stream.next()).toMatchObject({ done: true });
});

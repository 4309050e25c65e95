import { expect, test } from 'vitest';
import { UploadPhotoDocument } from '../schema/typed/graphql.ts';
import { readFixture } from './support/fixtures.ts';
import { dataOf, sendFile } from './support/graphql-client.ts';
import { answers, startScriptedProvider, type Call } from './support/scripted-provider.ts';
import { startGatewayOf, type RunningGateway } from './support/start-gateway.ts';
import { makeTemporaryDirectory } from './support/temporary-directory.ts';

const PROCESSING_MS = 1500;
const file = await readFixture('landscape-small.jpg');

/** A provider at which every photo takes the same time. */
async function startPunctualProvider() {
  const readyAtMs = new Map<string, number>();
  return startScriptedProvider(({ endpoint, fields }, earlier) => {
    if (endpoint === 'status') {
      const due = readyAtMs.get(fields.get('mdf') ?? '') ?? Infinity;
      return performance.now() >= due ? answers.ready : answers.processing;
    }
    if (endpoint === 'download') return answers.download('a');
    readyAtMs.set(`photo-${earlier}`, performance.now() + PROCESSING_MS);
    return answers.uploaded(`photo-${earlier}`);
  });
}

async function restore(gateway: RunningGateway, count: number) {
  const variables = { file, repairType: 'REPAIR', waitSeconds: 60 } as const;
  const restored = Array.from({ length: count }, () =>
    sendFile(gateway, UploadPhotoDocument, variables),
  );
  for (const outcome of await Promise.all(restored)) {
    expect(dataOf(outcome).uploadPhoto.status).toBe('READY');
  }
}

const pollsOf = (calls: readonly Call[]) =>
  calls.filter(({ endpoint }) => endpoint === 'status').length;

test('photos cost fewer polls once similar ones were seen, after a restart too', async () => {
  await using provider = await startPunctualProvider();
  await using directory = await makeTemporaryDirectory();
  const env = {
    ...provider.env,
    DATA_DIR: directory.path,
    POLL_INTERVAL_MS: '250',
    POLLS_PER_SECOND: '1000',
  };
  // Fewer than make a crowd, whose first polls are random.
  const photos = 6;
  let unlearned = 0;
  {
    await using gateway = await startGatewayOf(env);
    await restore(gateway, photos);
    unlearned = pollsOf(provider.calls);
    for (let round = 0; round < 2; round += 1) await restore(gateway, photos);
  }
  const before = pollsOf(provider.calls);
  await using restarted = await startGatewayOf(env);
  await restore(restarted, photos);
  expect(pollsOf(provider.calls) - before).toBeLessThan(unlearned / 1.5);
});

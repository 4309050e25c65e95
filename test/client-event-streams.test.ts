import { createClient } from 'graphql-sse';
import { expect, test } from 'vitest';
import { startBareServer } from './support/start-bare-server.ts';
import { createStepwisePhotos } from './support/stepwise-photos.ts';

test('graphql-sse in single connection mode is told to use distinct connections', async () => {
  await using server = await startBareServer(createStepwisePhotos().photos);
  const told: unknown[] = [];
  const client = createClient({
    url: server.endpoint,
    singleConnection: true,
    retryAttempts: 0,
    async fetchFn(...given: Parameters<typeof fetch>) {
      const response = await fetch(...given);
      told.push(response.status, await response.clone().text());
      return response;
    },
  });
  const events = client.iterate({ query: 'subscription { photoReady(id: "a") { id } }' });
  await expect(events.next()).rejects.toBeDefined();
  client.dispose();
  expect(told).toEqual([405, expect.stringContaining('singleConnection: false')]);
});

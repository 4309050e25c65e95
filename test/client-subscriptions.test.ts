import { expect, test } from 'vitest';
import { recordClientRun } from './support/client-runs.ts';
import { startBareServer } from './support/start-bare-server.ts';
import { createStepwisePhotos } from './support/stepwise-photos.ts';
import { IDS, subscribingClients } from './support/subscribing-clients.ts';

test.for(subscribingClients)(
  '$client over $over is told each event as soon as it happens, by its default settings',
  async ({ subscribe, completes, over, ...client }, { task }) => {
    const stepwise = createStepwisePhotos();
    // No heartbeat comes that could push an event out.
    await using server = await startBareServer(stepwise.photos, { heartbeatIntervalMs: 1_000_000 });
    const results: unknown[] = [];
    const completed = Promise.withResolvers<void>();
    const end = subscribe(server.endpoint, {
      next: (result) => results.push(result),
      complete: completed.resolve,
    });
    for (const [index, id] of IDS.entries()) {
      stepwise.readyOne();
      await expect.poll(() => results[index]).toMatchObject({ data: { photosReady: { id } } });
    }
    if (completes) await completed.promise;
    await end();
    const result = completes ? 'told each event at once, then the end' : 'told each event at once';
    recordClientRun(task, { ...client, ran: `a subscription, over ${over}`, result });
  },
);

import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Principal } from '../src/photos/principal.ts';
import type { Photos } from '../src/photos/photos.ts';
import { connectProvider } from './support/provider-client.ts';
import { answers, startScriptedProvider } from './support/scripted-provider.ts';
import { startModule, uploadTo } from './support/start-module.ts';

/** Timeouts so long that no unanswered call ends within a test. */
const FOR_EVER = { timeoutMs: 600_000, circuitFailureThreshold: 1000 };

const principalOf = (client: string): Principal => ({
  client,
  uploadsPerDay: null,
  origin: 'http://gateway.example',
});
const anna = principalOf('anna');

let started: AsyncDisposableStack;
let silent: number;
let photos: Photos;

/** A provider that never answers calls about ids that begin with an x. */
beforeEach(async () => {
  started = new AsyncDisposableStack();
  silent = 0;
  const provider = started.use(
    await startScriptedProvider(({ endpoint, fields }) => {
      if (endpoint === 'upload') return answers.uploaded('hers');
      if (fields.get('mdf') === 'hers') {
        return endpoint === 'status' ? answers.ready : answers.download('hers');
      }
      silent += 1;
      return 'hang';
    }),
  );
  const url = provider.env['PHOTO_API_URL'] ?? '';
  const client = started.use(connectProvider(url, FOR_EVER));
  photos = started.use(await startModule(url, { provider: client, waitTimeoutMs: 600_000 })).photos;
});
afterEach(() => started.disposeAsync());

async function statusOf(id: string) {
  for await (const outcome of photos.ready(anna, [id])) return outcome().status;
  return null;
}

/** Waits for this many made-up ids in a stream of `client`, until the test ends. */
function waitForMadeUp(client: string, count: number) {
  const ids = Array.from({ length: count }, (_id, index) => `x-${client}-${index}`);
  const stream = photos.ready(principalOf(client), ids);
  stream.next().catch(() => undefined);
  started.defer(() => void stream.return?.());
}

test('made-up ids for which the provider does not answer delay no uploaded photo and no quota', async () => {
  for (const client of ['mallory', 'oscar', 'trudy']) waitForMadeUp(client, 100);
  await expect.poll(() => silent).toBeGreaterThanOrEqual(48);
  expect(await photos.quota()).toMatchObject({ remaining: 100 });
  const { id } = await uploadTo(photos, anna);
  expect(await statusOf(id)).toBe('READY');
  expect(await photos.downloadUrl(anna, id)).toMatchObject({ url: 'http://127.0.0.1/hers.jpg' });
});

test('clients that query unanswered ids leave slots for other clients', async () => {
  const { id } = await uploadTo(photos, anna);
  expect(await statusOf(id)).toBe('READY');
  const controller = new AbortController();
  started.defer(() => controller.abort());
  for (const client of ['mallory', 'oscar', 'trudy', 'eve']) {
    for (let count = 0; count < 40; count += 1) {
      const unknown = `x-${client}-${count}`;
      Promise.resolve(photos.status(principalOf(client), unknown, controller.signal)).catch(
        () => undefined,
      );
    }
  }
  await expect.poll(() => silent).toBeGreaterThanOrEqual(48);
  expect(await photos.downloadUrl(anna, id)).toMatchObject({ url: 'http://127.0.0.1/hers.jpg' });
  expect(await photos.status(anna, id)).toMatchObject({ status: 'READY' });
});

import { describe, expect, test } from 'vitest';
import { UploadPhotoDocument } from '../schema/typed/graphql.ts';
import type { Photos } from '../src/photos/photos.ts';
import { readFixture } from './support/fixtures.ts';
import { dataOf, sendFile } from './support/graphql-client.ts';
import { connectProvider } from './support/provider-client.ts';
import { answers, startScriptedProvider, type Answer } from './support/scripted-provider.ts';
import { startGatewayOf } from './support/start-gateway.ts';
import { startModule } from './support/start-module.ts';
import { makeTemporaryDirectory } from './support/temporary-directory.ts';

const file = await readFixture('landscape-small.jpg');

const processing = (_id: string): Answer => answers.processing;

/** A provider that notes when it was polled for which photo, and answers what it is told to. */
async function startProvider() {
  const polls: { readonly id: string; readonly atMs: number }[] = [];
  let answer = processing;
  const provider = await startScriptedProvider(({ endpoint, fields }, earlier) => {
    if (endpoint === 'upload') return answers.uploaded(`photo-${earlier}`);
    const id = fields.get('mdf') ?? '';
    polls.push({ id, atMs: performance.now() });
    return answer(id);
  });
  const lastSecond = () => polls.filter(({ atMs }) => atMs > performance.now() - 1000);
  return {
    provider,
    url: provider.env['PHOTO_API_URL'] ?? '',
    polls,
    lastSecond,
    setAnswer: (next: (id: string) => Answer) => void (answer = next),
  };
}

async function upload(photos: Photos, client = 'anna') {
  return photos.upload({
    principal: { client, uploadsPerDay: null, origin: 'http://gateway.example' },
    repairType: 'REPAIR',
    background: null,
    idempotencyKey: null,
    waitSeconds: 0,
    openFile: async () => ({ fileName: 'photo.jpg', bytes: file.stream() }),
  });
}

/** `src/photos` with so many photos in front of `url`, each polled every few milliseconds. */
async function startBusyModule(url: string, photoCount: number, pollsPerSecond = 1000) {
  await using started = new AsyncDisposableStack();
  const patient = { circuitFailureThreshold: 1e9, maxAttempts: 1 };
  const provider = started.use(connectProvider(url, patient));
  const options = { provider, pollIntervalMs: 5, pollsPerSecond, maxConcurrentUploads: 100 };
  const { photos } = started.use(await startModule(url, options));
  await Promise.all(Array.from({ length: photoCount }, () => upload(photos)));
  const running = started.move();
  return running;
}

test('a hundred photos wait for no ration on the default settings', async () => {
  const { provider, polls } = await startProvider();
  await using _ = provider;
  await using directory = await makeTemporaryDirectory();
  const env = { ...provider.env, DATA_DIR: directory.path, POLL_INTERVAL_MS: '60000' };
  {
    await using gateway = await startGatewayOf(env);
    const variables = { file, repairType: 'REPAIR' } as const;
    for (let count = 0; count < 100; count += 10) {
      const sent = Array.from({ length: 10 }, () =>
        sendFile(gateway, UploadPhotoDocument, variables),
      );
      for (const result of await Promise.all(sent)) dataOf(result);
    }
  }
  polls.length = 0;
  // A gateway that starts polls all of them at once.
  await using restarted = await startGatewayOf(env);
  await expect.poll(() => new Set(polls.map(({ id }) => id)).size).toBe(100);
  const times = polls.map(({ atMs }) => atMs);
  expect(restarted.url).toMatch(/^http/);
  // Twenty a second took four.
  expect(Math.max(...times) - Math.min(...times)).toBeLessThan(2000);
}, 60_000);

test('polls stay below POLLS_PER_SECOND, however many photos are due', async () => {
  const { provider, url, polls } = await startProvider();
  await using started = new AsyncDisposableStack();
  started.use(provider);
  started.use(await startBusyModule(url, 30, 40));
  await expect.poll(() => polls.length).toBeGreaterThan(120);
  const times = polls.map(({ atMs }) => atMs);
  const inSecondFrom = (fromMs: number) =>
    times.filter((atMs) => atMs >= fromMs && atMs < fromMs + 1000).length;
  // A quarter of a second's polls may go out at once, and a loaded machine reads them late.
  expect(Math.max(...times.map(inSecondFrom))).toBeLessThan(40 * 1.5);
});

describe('a provider that gets more polls than it bears', () => {
  test.each<readonly [string, Answer]>([
    ['is out of order', { httpStatus: 503, text: 'busy' }],
    ['refuses connections', 'reset'],
    ['says that they are too many', { httpStatus: 429, text: 'slow down' }],
    ['reports a failure of its own', answers.failure(500)],
  ])(
    'and %s gets few, and all again once it recovers',
    async (_what, failure) => {
      const { provider, url, lastSecond, setAnswer } = await startProvider();
      await using started = new AsyncDisposableStack();
      started.use(provider);
      started.use(await startBusyModule(url, 40));
      await expect.poll(() => lastSecond().length).toBeGreaterThan(150);
      setAnswer(() => failure);
      // By the pauses after failures alone it would get over 500.
      await expect.poll(() => lastSecond().length).toBeLessThan(40);
      setAnswer(processing);
      await expect.poll(() => lastSecond().length).toBeGreaterThan(150);
    },
    60_000,
  );

  test('is asked no less for one photo at which it fails', async () => {
    const { provider, url, polls, lastSecond, setAnswer } = await startProvider();
    await using started = new AsyncDisposableStack();
    started.use(provider);
    setAnswer((id) => (id === 'photo-0' ? answers.failure(9002) : answers.processing));
    started.use(await startBusyModule(url, 40));
    const failed = () => polls.filter(({ id }) => id === 'photo-0').length;
    await expect.poll(failed).toBeGreaterThan(20);
    expect(lastSecond().length).toBeGreaterThan(150);
  });
});

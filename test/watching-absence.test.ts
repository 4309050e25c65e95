import { pino } from 'pino';
import { describe, expect, test } from 'vitest';
import { GatewayError } from '../src/common/errors.ts';
import type { Principal } from '../src/photos/principal.ts';
import type { Photos } from '../src/photos/photos.ts';
import { openSqliteStore } from '../src/photos/store/sqlite/sqlite-store.ts';
import {
  answers,
  startScriptedProvider,
  type Answer,
  type Call,
} from './support/scripted-provider.ts';
import { startModule, uploadTo } from './support/start-module.ts';
import { makeTemporaryDirectory } from './support/temporary-directory.ts';

const principal: Principal = {
  client: 'anna',
  uploadsPerDay: null,
  origin: 'http://gateway.example',
};
const HOUR_MS = 3_600_000;

async function eventsOf(photos: Photos, id: string) {
  const events: string[] = [];
  for await (const outcome of photos.ready(principal, [id])) {
    try {
      events.push(outcome().status);
    } catch (error) {
      events.push(error instanceof GatewayError ? error.code : String(error));
    }
  }
  return events;
}

const missing = answers.failure(9002);
const failing = answers.failure(500);
type Script = readonly [Answer, ...Answer[]];

/** Answers each endpoint by its script; the last answer repeats. */
function startProvider(scripts: { status: Script; download?: Script }) {
  const given = new Map<string, number>();
  function answer({ endpoint }: Call): Answer {
    if (endpoint === 'upload') return answers.uploaded('a');
    const script =
      endpoint === 'status' ? scripts.status : (scripts.download ?? [answers.download('a')]);
    const count = given.get(endpoint) ?? 0;
    given.set(endpoint, count + 1);
    return script[Math.min(count, script.length - 1)] ?? missing;
  }
  return startScriptedProvider(answer);
}

const urlOf = ({ env }: { env: Readonly<Record<string, string>> }) => env['PHOTO_API_URL'] ?? '';

/** A photos module whose store has one photo that was uploaded this long ago. */
async function startWithPhoto(
  url: string,
  { ageMs, watched }: { ageMs: number; watched: boolean },
  { provenMissingAfterMs = 80 }: { provenMissingAfterMs?: number } = {},
) {
  await using started = new AsyncDisposableStack();
  const directory = started.use(await makeTemporaryDirectory());
  const store = await openSqliteStore({ directory: directory.path });
  started.defer(() => store.close());
  const uploadedAt = new Date(Date.now() - ageMs);
  await store.complete(
    'anna',
    {
      id: 'a',
      repairType: 'REPAIR',
      background: null,
      name: null,
      originalUrl: null,
      uploadedAt,
      sizeBytes: 1000,
      contentHash: null,
    },
    null,
  );
  const idle = { ...store, watched: () => Promise.resolve([]) };
  const options = {
    store: watched ? store : idle,
    provenMissingAfterMs,
    log: pino({ level: 'silent' }),
  };
  const { photos } = started.use(await startModule(url, options));
  const running = started.move();
  return { photos, [Symbol.asyncDispose]: () => running.disposeAsync() };
}

describe('a new photo that the provider reports missing', () => {
  test('stays watched, and is pushed to waiting clients once it is READY', async () => {
    const status: Script = [missing, missing, answers.processing, missing, answers.ready];
    await using provider = await startProvider({ status });
    await using module = await startModule(urlOf(provider));
    await uploadTo(module.photos, principal);
    expect(await eventsOf(module.photos, 'a')).toEqual(['READY']);
    expect(await module.photos.photo(principal, 'a')).toMatchObject({ status: 'READY' });
  });

  test('stays watched if nobody waits', async () => {
    await using provider = await startProvider({ status: [missing, answers.ready] });
    await using module = await startModule(urlOf(provider));
    await uploadTo(module.photos, principal);
    await expect.poll(() => module.photos.photo(principal, 'a')).toMatchObject({ status: 'READY' });
  });

  test('is PROCESSING in queries, and its picture is not ready', async () => {
    await using provider = await startProvider({ status: [missing], download: [missing] });
    await using module = await startModule(urlOf(provider));
    await uploadTo(module.photos, principal);
    expect(await module.photos.status(principal, 'a')).toMatchObject({ status: 'PROCESSING' });
    await expect(module.photos.downloadUrl(principal, 'a')).rejects.toMatchObject({
      code: 'PHOTO_NOT_READY',
      errno: 9002,
      retryable: true,
    });
  });
});

test('a photo that is no longer watched is watched again for a waiting client, and pushed when it is READY', async () => {
  await using provider = await startProvider({ status: [answers.processing, answers.ready] });
  await using module = await startWithPhoto(urlOf(provider), { ageMs: 1000, watched: false });
  expect(await eventsOf(module.photos, 'a')).toEqual(['READY']);
});

describe('a photo whose hour is over', () => {
  const old = { ageMs: 2 * HOUR_MS, watched: true };

  test('is READY even if it was missing once', async () => {
    await using provider = await startProvider({ status: [missing, answers.ready] });
    await using module = await startWithPhoto(urlOf(provider), old);
    expect(await eventsOf(module.photos, 'a')).toEqual(['READY']);
  });

  test('is EXPIRED once it has been missing repeatedly', async () => {
    await using provider = await startProvider({ status: [missing] });
    await using module = await startWithPhoto(urlOf(provider), old);
    expect(await eventsOf(module.photos, 'a')).toEqual(['PHOTO_EXPIRED']);
    expect(await module.photos.photo(principal, 'a')).toMatchObject({ status: 'EXPIRED' });
  });

  test('is not given up for one failure, however old it is', async () => {
    await using provider = await startProvider({ status: [failing, failing, answers.ready] });
    await using module = await startWithPhoto(urlOf(provider), { ...old, ageMs: 30 * HOUR_MS });
    expect(await eventsOf(module.photos, 'a')).toEqual(['READY']);
  });
});

describe('a photo that is READY', () => {
  test('stays READY if its picture is missing once, which is a temporary error', async () => {
    const download: Script = [missing, missing, answers.download('a')];
    await using provider = await startProvider({ status: [answers.ready], download });
    await using module = await startModule(urlOf(provider));
    const { photos } = module;
    await uploadTo(photos, principal);
    expect(await eventsOf(photos, 'a')).toEqual(['READY']);
    await expect(photos.downloadUrl(principal, 'a')).rejects.toMatchObject({
      code: 'PHOTO_NOT_READY',
      errno: 9002,
      retryable: true,
    });
    expect(await photos.photo(principal, 'a')).toMatchObject({ status: 'READY' });
    expect(await photos.downloadUrl(principal, 'a')).toMatchObject({
      url: 'http://127.0.0.1/a.jpg',
    });
  });

  test('stays READY if its status is missing once', async () => {
    const status: Script = [answers.ready, missing, answers.ready];
    await using provider = await startProvider({ status });
    await using module = await startModule(urlOf(provider));
    await uploadTo(module.photos, principal);
    expect(await eventsOf(module.photos, 'a')).toEqual(['READY']);
    expect(await module.photos.status(principal, 'a')).toMatchObject({ status: 'READY' });
  });

  test('stays READY within its hour however often it is missing, and is found again', async () => {
    const lost: Script = [answers.ready, missing, missing, missing, missing, answers.ready];
    await using provider = await startProvider({ status: lost });
    await using module = await startModule(urlOf(provider), { provenMissingAfterMs: 0 });
    await uploadTo(module.photos, principal);
    expect(await eventsOf(module.photos, 'a')).toEqual(['READY']);
    for (let count = 0; count < 5; count += 1) {
      expect(await module.photos.status(principal, 'a')).toMatchObject({ status: 'READY' });
    }
    expect(await module.photos.downloadUrl(principal, 'a')).toMatchObject({
      url: 'http://127.0.0.1/a.jpg',
    });
  });
});

describe('a photo that is PROCESSING an hour after its upload', () => {
  const old = { ageMs: 2 * HOUR_MS, watched: false };

  test('has its absences reset by any other answer', async () => {
    const status: Script = [missing, missing, answers.processing, missing, missing, missing];
    await using provider = await startProvider({ status });
    await using module = await startWithPhoto(urlOf(provider), old, { provenMissingAfterMs: 0 });
    for (let count = 0; count < 5; count += 1) {
      expect(await module.photos.status(principal, 'a')).toMatchObject({ status: 'PROCESSING' });
    }
    expect(await module.photos.status(principal, 'a')).toMatchObject({ status: 'EXPIRED' });
  });
});

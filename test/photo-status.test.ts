import { describe, expect, test } from 'vitest';
import type { Principal } from '../src/photos/principal.ts';
import type { Photos } from '../src/photos/photos.ts';
import { readFixture } from './support/fixtures.ts';
import { answers, startScriptedProvider, type Answer } from './support/scripted-provider.ts';
import { startModule } from './support/start-module.ts';

const file = await readFixture('landscape-small.jpg');
const origin = 'http://gateway.example';
const anna: Principal = { client: 'anna', uploadsPerDay: null, origin };
const bert: Principal = { client: 'bert', uploadsPerDay: null, origin };
/** The next poll is far away. */
const SELDOM = { pollIntervalMs: 3_600_000 };

const upload = (photos: Photos, principal: Principal) =>
  photos.upload({
    principal,
    repairType: 'REPAIR',
    background: null,
    idempotencyKey: null,
    waitSeconds: 0,
    openFile: async () => ({ fileName: 'photo.jpg', bytes: file.stream() }),
  });

/** A provider that has Anna's photo `hers`, and answers questions about its status as it is told to. */
async function startProvider(first: Answer | Promise<Answer> = answers.processing) {
  let answer = first;
  const provider = await startScriptedProvider(({ endpoint, fields }) => {
    if (endpoint === 'upload') return answers.uploaded('hers');
    return fields.get('mdf') === 'hers' ? answer : answers.failure(9002);
  });
  const asked = () => provider.calls.filter(({ endpoint }) => endpoint === 'status').length;
  return {
    provider,
    url: provider.env['PHOTO_API_URL'] ?? '',
    asked,
    setAnswer: (next: Answer | Promise<Answer>) => void (answer = next),
  };
}

async function firstEvent(photos: Photos) {
  for await (const outcome of photos.ready(anna, ['hers'])) return outcome();
  throw new Error('The stream ended without an event');
}

const later = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe('photoStatus of a photo that is watched', () => {
  test('is what the last poll found, for a second at most, and then asks anew', async () => {
    const { provider, url, asked, setAnswer } = await startProvider();
    await using _ = provider;
    await using module = await startModule(url, SELDOM);
    const { photos } = module;
    await upload(photos, anna);
    await expect.poll(asked).toBe(1);
    const beganAtMs = performance.now();
    const questions = Array.from({ length: 100 }, async () => photos.status(anna, 'hers'));
    for (const photo of await Promise.all(questions)) {
      expect(photo).toMatchObject({ id: 'hers', status: 'PROCESSING' });
    }
    setAnswer(answers.ready);
    await expect.poll(() => photos.status(anna, 'hers')).toMatchObject({ status: 'READY' });
    expect(asked()).toBe(2);
    expect(performance.now() - beganAtMs).toBeLessThan(2500);
  });

  test('is no older than the poll interval', async () => {
    const { provider, url, asked } = await startProvider();
    await using _ = provider;
    await using module = await startModule(url, { pollIntervalMs: 200 });
    const { photos } = module;
    await upload(photos, anna);
    const beganAtMs = performance.now();
    while (performance.now() - beganAtMs < 3000) {
      await photos.status(anna, 'hers');
      await later(10);
    }
    const elapsedMs = performance.now() - beganAtMs;
    // One poll in each interval. By itself the watch polls less and less often, by the end once a second.
    expect(asked()).toBeGreaterThan(elapsedMs / 400);
    expect(asked()).toBeLessThan(elapsedMs / 200 + 3);
    expect(provider.mostAtOnce('status')).toBe(1);
  });

  test('joins the poll that is under way', async () => {
    const first = Promise.withResolvers<Answer>();
    const { provider, url, asked } = await startProvider(first.promise);
    await using _ = provider;
    await using module = await startModule(url, SELDOM);
    const { photos } = module;
    await upload(photos, anna);
    await expect.poll(asked).toBe(1);
    const leaving = new AbortController();
    const left = photos.status(anna, 'hers', leaving.signal);
    const questions = Array.from({ length: 10 }, async () => photos.status(anna, 'hers'));
    leaving.abort();
    await expect(left).rejects.toMatchObject({ name: 'AbortError' });
    first.resolve(answers.processing);
    for (const photo of await Promise.all(questions)) {
      expect(photo).toMatchObject({ status: 'PROCESSING' });
    }
    expect(asked()).toBe(1);
  });

  test('counts as a poll: whoever waits is told of what it found', async () => {
    const { provider, url, asked, setAnswer } = await startProvider();
    await using _ = provider;
    await using module = await startModule(url, SELDOM);
    const { photos } = module;
    await upload(photos, anna);
    const told = firstEvent(photos);
    await photos.status(anna, 'hers');
    setAnswer(answers.ready);
    await later(1000);
    expect(await photos.status(anna, 'hers')).toMatchObject({ status: 'READY' });
    expect(await told).toMatchObject({ id: 'hers', status: 'READY' });
    expect(asked()).toBe(2);
  });

  test('fails as its poll does, and asks anew after that', async () => {
    const { provider, url, asked, setAnswer } = await startProvider(answers.failure(500));
    await using _ = provider;
    await using module = await startModule(url, SELDOM);
    const { photos } = module;
    await upload(photos, anna);
    await expect.poll(asked).toBe(1);
    await expect(photos.status(anna, 'hers')).rejects.toMatchObject({ code: 'UPSTREAM_ERROR' });
    setAnswer(answers.failure(9999));
    await expect(photos.status(anna, 'hers')).rejects.toMatchObject({
      code: 'UPSTREAM_AUTH_FAILED',
    });
    setAnswer(answers.failure(9002));
    expect(await photos.status(anna, 'hers')).toMatchObject({ status: 'PROCESSING' });
    setAnswer(answers.processing);
    expect(await photos.status(anna, 'hers')).toMatchObject({ status: 'PROCESSING' });
    const before = asked();
    await photos.status(anna, 'hers');
    expect(asked()).toBe(before);
  });

  test('is READY until its hour is over, and the provider is not asked', async () => {
    let nowMs = Date.now();
    const { provider, url, asked, setAnswer } = await startProvider(answers.ready);
    await using _ = provider;
    await using module = await startModule(url, { ...SELDOM, now: () => nowMs });
    const { photos } = module;
    await upload(photos, anna);
    await firstEvent(photos);
    setAnswer('reset');
    const before = asked();
    nowMs += 3_599_000;
    expect(await photos.status(anna, 'hers')).toMatchObject({ status: 'READY' });
    nowMs += 2000;
    expect(await photos.status(anna, 'hers')).toMatchObject({ status: 'EXPIRED' });
    expect(asked()).toBe(before);
  });
});

describe('photoStatus of another client’s photo', () => {
  test('asks the provider each time, as for an unknown id, whatever the watch knows', async () => {
    const { provider, url, asked, setAnswer } = await startProvider();
    await using _ = provider;
    await using module = await startModule(url, SELDOM);
    const { photos } = module;
    await upload(photos, anna);
    await photos.status(anna, 'hers');
    for (const answer of [answers.processing, answers.ready]) {
      setAnswer(answer);
      for (const id of ['hers', 'unknown', 'hers', 'unknown']) {
        const before = asked();
        await expect(photos.status(bert, id)).rejects.toMatchObject({
          code: 'PHOTO_NOT_FOUND',
          errno: 9002,
        });
        expect(asked()).toBe(before + 1);
      }
    }
    // What the stranger heard is none of the owner's polls.
    expect(await photos.status(anna, 'hers')).toMatchObject({ status: 'PROCESSING' });
  });
});

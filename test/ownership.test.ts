import { describe, expect, test } from 'vitest';
import type { Principal } from '../src/photos/principal.ts';
import type { Photos } from '../src/photos/photos.ts';
import { answers, startScriptedProvider } from './support/scripted-provider.ts';
import { startModule, uploadTo } from './support/start-module.ts';

const origin = 'http://gateway.example';
const anna: Principal = { client: 'anna', uploadsPerDay: null, origin };
const bert: Principal = { client: 'bert', uploadsPerDay: null, origin };
const notFound = { code: 'PHOTO_NOT_FOUND' };

/** A provider that assigns `ids` to uploads, one after the other; photos are ready at once. */
const startProvider = (ids: readonly string[]) =>
  startScriptedProvider(({ endpoint, fields }, earlier) => {
    if (endpoint === 'upload') return answers.uploaded(ids[earlier] ?? '');
    return endpoint === 'status' ? answers.ready : answers.download(fields.get('mdf') ?? '');
  });

async function firstEvent(photos: Photos, principal: Principal, id: string) {
  for await (const outcome of photos.ready(principal, [id])) return outcome();
  throw new Error('The stream ended without an event');
}

describe('a photo of another client', () => {
  test('is not found by any operation', async () => {
    await using provider = await startProvider(['a']);
    await using module = await startModule(provider.env['PHOTO_API_URL'] ?? '');
    const { photos } = module;
    await uploadTo(photos, anna);
    expect(await firstEvent(photos, anna, 'a')).toMatchObject({ id: 'a', status: 'READY' });

    await expect(photos.status(bert, 'a')).rejects.toMatchObject(notFound);
    await expect(photos.downloadUrl(bert, 'a')).rejects.toMatchObject(notFound);
    await expect(firstEvent(photos, bert, 'a')).rejects.toMatchObject(notFound);
    expect(await photos.photo(bert, 'a')).toBeNull();
    const query = { first: 10, after: null, status: null };
    expect((await photos.list(bert, query)).entries).toEqual([]);
    expect((await photos.list(anna, query)).entries).toHaveLength(1);
  });

  test('is treated as an unknown one, with the same calls', async () => {
    const known = new Set(['a']);
    await using provider = await startScriptedProvider(({ endpoint, fields }) => {
      if (endpoint === 'upload') return answers.uploaded('a');
      if (!known.has(fields.get('mdf') ?? '')) return answers.failure(9002);
      return endpoint === 'status' ? answers.ready : answers.download('a');
    });
    await using module = await startModule(provider.env['PHOTO_API_URL'] ?? '');
    const { photos } = module;
    await uploadTo(photos, anna);
    await firstEvent(photos, anna, 'a');

    const questions = [
      async (id: string) => photos.status(bert, id),
      (id: string) => photos.downloadUrl(bert, id),
      (id: string) => firstEvent(photos, bert, id),
    ];
    for (const ask of questions) {
      const told = [];
      for (const id of ['a', 'unknown']) {
        const before = provider.calls.length;
        const error = await ask(id).catch((reason: unknown) => reason);
        const { code, message, errno } = Object(error);
        const calls = provider.calls.slice(before).map(({ endpoint }) => endpoint);
        told.push({ code, message, errno, calls });
      }
      expect(told[0]).toMatchObject({ code: 'PHOTO_NOT_FOUND', errno: 9002 });
      expect(told[0]).toEqual(told[1]);
    }
  });

  test('is found once the provider assigns its id to an own upload', async () => {
    await using provider = await startProvider(['same', 'same']);
    await using module = await startModule(provider.env['PHOTO_API_URL'] ?? '');
    const { photos } = module;
    await uploadTo(photos, anna);
    await uploadTo(photos, bert);
    for (const principal of [anna, bert]) {
      expect(await firstEvent(photos, principal, 'same')).toMatchObject({ status: 'READY' });
      expect(await photos.photo(principal, 'same')).toMatchObject({ id: 'same' });
    }
  });
});

describe('an idempotency key', () => {
  test('belongs to its client', async () => {
    await using provider = await startProvider(['a', 'b']);
    await using module = await startModule(provider.env['PHOTO_API_URL'] ?? '');
    const { photos } = module;
    expect(await uploadTo(photos, anna, { idempotencyKey: 'key' })).toMatchObject({ id: 'a' });
    expect(await uploadTo(photos, bert, { idempotencyKey: 'key' })).toMatchObject({ id: 'b' });
    expect(await uploadTo(photos, anna, { idempotencyKey: 'key' })).toMatchObject({ id: 'a' });
    expect(provider.uploads).toHaveLength(2);
  });
});

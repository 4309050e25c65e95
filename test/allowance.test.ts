import { describe, expect, test } from 'vitest';
import { UploadPhotoDocument } from '../schema/typed/graphql.ts';
import { readFixture } from './support/fixtures.ts';
import { dataOf, failureOf, send, sendFile } from './support/graphql-client.ts';
import { answers, startScriptedProvider, type Answer } from './support/scripted-provider.ts';
import { startGatewayOf, type RunningGateway } from './support/start-gateway.ts';
import { startModule, uploadTo } from './support/start-module.ts';
import { makeTemporaryDirectory } from './support/temporary-directory.ts';

const file = await readFixture('landscape-small.jpg');

const startProvider = (script: readonly Answer[] = [], quota?: () => Answer) =>
  startScriptedProvider(
    ({ endpoint }, earlier) =>
      endpoint === 'status'
        ? answers.processing
        : (script[earlier] ?? answers.uploaded(`photo-${earlier}`)),
    quota,
  );

function upload(gateway: RunningGateway, idempotencyKey: string | null = null) {
  return sendFile(gateway, UploadPhotoDocument, { file, repairType: 'REPAIR', idempotencyKey });
}

async function allowanceOf(gateway: RunningGateway) {
  const query = '{ quota { allowance { limit remaining resetsAt } } }';
  const { quota } = dataOf(
    await send<{ quota: { allowance: object | null } }, object>(gateway, query),
  );
  return quota.allowance;
}

const principalOf = (client: string, uploadsPerDay: number | null = null) => ({
  client,
  uploadsPerDay,
  origin: 'http://gateway.example',
});

describe('a daily allowance', () => {
  test('is reported, used up, and then refused before a byte is sent', async () => {
    await using provider = await startProvider();
    await using gateway = await startGatewayOf({ ...provider.env, UPLOADS_PER_DAY: '2' });
    expect(await allowanceOf(gateway)).toEqual({
      limit: 2,
      remaining: 2,
      resetsAt: expect.stringMatching(/T00:00:00\.000Z$/),
    });
    dataOf(await upload(gateway));
    dataOf(await upload(gateway));
    expect(await allowanceOf(gateway)).toMatchObject({ remaining: 0 });
    const failure = failureOf(await upload(gateway));
    expect(failure).toMatchObject({ code: 'RATE_LIMITED', retryable: true, charged: false });
    expect(failure['retryAfterMs']).toBeGreaterThan(0);
    expect(failure['retryAfterMs']).toBeLessThanOrEqual(86_400_000);
    expect(provider.uploads).toHaveLength(2);
  });

  test('is null without a limit', async () => {
    await using provider = await startProvider();
    await using gateway = await startGatewayOf(provider.env);
    expect(await allowanceOf(gateway)).toBeNull();
  });

  test('is given back by a failed upload, and not used by a repeat', async () => {
    await using provider = await startProvider([answers.failure(9009)]);
    await using gateway = await startGatewayOf({ ...provider.env, UPLOADS_PER_DAY: '1' });
    failureOf(await upload(gateway));
    expect(await allowanceOf(gateway)).toMatchObject({ remaining: 1 });
    dataOf(await upload(gateway, 'key'));
    dataOf(await upload(gateway, 'key'));
    expect(await allowanceOf(gateway)).toMatchObject({ remaining: 0 });
  });

  test('stays used by an upload that may have been charged', async () => {
    await using provider = await startProvider(['reset'], () => 'reset');
    await using gateway = await startGatewayOf({ ...provider.env, UPLOADS_PER_DAY: '1' });
    expect(failureOf(await upload(gateway))).toHaveProperty('charged', null);
    expect(failureOf(await upload(gateway))).toMatchObject({ code: 'RATE_LIMITED' });
  });

  test('is not exceeded by ten simultaneous uploads', async () => {
    await using provider = await startProvider();
    await using gateway = await startGatewayOf({ ...provider.env, UPLOADS_PER_DAY: '3' });
    const results = await Promise.all(Array.from({ length: 10 }, () => upload(gateway)));
    expect(results.filter(({ errors }) => errors === undefined)).toHaveLength(3);
    expect(provider.uploads).toHaveLength(3);
  });

  test('survives a restart', async () => {
    await using provider = await startProvider();
    await using directory = await makeTemporaryDirectory();
    const env = { ...provider.env, DATA_DIR: directory.path, UPLOADS_PER_DAY: '1' };
    {
      await using gateway = await startGatewayOf(env);
      dataOf(await upload(gateway));
    }
    await using restarted = await startGatewayOf(env);
    expect(failureOf(await upload(restarted))).toMatchObject({ code: 'RATE_LIMITED' });
  });

  test('is renewed the next day, and separate for each client', async () => {
    await using provider = await startProvider();
    const clock = { nowMs: Date.UTC(2026, 0, 31, 23, 59) };
    await using module = await startModule(provider.env['PHOTO_API_URL'] ?? '', {
      uploadsPerDay: 1,
      now: () => clock.nowMs,
    });
    const { photos } = module;
    const spend = (client: string, own: number | null = null) =>
      uploadTo(photos, principalOf(client, own));

    await spend('anna');
    await spend('bert');
    await expect(spend('anna')).rejects.toMatchObject({ retryAfterMs: 60_000 });
    await spend('anna', 2);
    clock.nowMs += 60_000;
    await spend('anna');
    expect(await photos.allowance(principalOf('anna'))).toEqual({
      limit: 1,
      remaining: 0,
      resetsAt: new Date(Date.UTC(2026, 1, 2)),
    });
  });
});

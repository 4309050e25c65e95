import { describe, expect, test } from 'vitest';
import sharp from 'sharp';
import {
  DownloadUrlDocument,
  PhotoStatusDocument,
  UploadPhotoDocument,
} from '../schema/typed/graphql.ts';
import { readFixture } from './support/fixtures.ts';
import { dataOf, send, sendFile } from './support/graphql-client.ts';
import { startGateway, startGatewayOf, type RunningGateway } from './support/start-gateway.ts';
import { startScriptedProvider, answers } from './support/scripted-provider.ts';
import { makeTemporaryDirectory } from './support/temporary-directory.ts';

const file = await readFixture('landscape-small.jpg');

async function restore(gateway: RunningGateway): Promise<string> {
  const variables = { file, repairType: 'SUPER_RESOLUTION', waitSeconds: 30 } as const;
  return dataOf(await sendFile(gateway, UploadPhotoDocument, variables)).uploadPhoto.id;
}

/** The stored state of a photo. Its address is not requested: that would show the gateway that it is ready. */
async function remembered(gateway: RunningGateway, id: string) {
  const query = '{ photo(id: "' + id + '") { status expiresAt } }';
  return dataOf(await send<{ photo: object | null }, object>(gateway, query)).photo;
}

async function addressOf(gateway: RunningGateway, id: string): Promise<string> {
  return dataOf(await send(gateway, DownloadUrlDocument, { id })).downloadUrl.url;
}

/** Restores a photo and waits until its picture is archived. */
async function restoreAndKeep(gateway: RunningGateway): Promise<string> {
  const id = await restore(gateway);
  await expect
    .poll(() => remembered(gateway, id))
    .toMatchObject({ status: 'READY', expiresAt: null });
  return id;
}

describe('a finished picture', () => {
  test('is available after the provider’s hour, at an address of the gateway', async () => {
    await using gateway = await startGateway();
    const id = await restoreAndKeep(gateway);
    gateway.simulator.expire(id);

    const url = await addressOf(gateway, id);
    expect(url).toContain(`${gateway.url}/archive/${id}?`);
    const response = await fetch(url);
    expect(response.headers.get('content-type')).toBe('image/jpeg');
    const restored = await sharp(await response.arrayBuffer()).metadata();
    const original = await sharp(await file.arrayBuffer()).metadata();
    expect(restored.width).toBe(2 * original.width);

    const { photoStatus } = dataOf(await send(gateway, PhotoStatusDocument, { id }));
    expect(photoStatus).toMatchObject({ status: 'READY', expiresAt: null });
  });

  test('has an address below PUBLIC_URL', async () => {
    await using gateway = await startGateway({ PUBLIC_URL: 'https://photos.example.com/api/' });
    const id = await restoreAndKeep(gateway);
    const url = await addressOf(gateway, id);
    expect(url).toMatch(`https://photos.example.com/api/archive/${id}?`);
    const here = url.replace('https://photos.example.com/api', gateway.url);
    expect((await fetch(here)).status).toBe(200);
  });

  test('has the same address for a while, so that caches work', async () => {
    await using gateway = await startGateway();
    const id = await restoreAndKeep(gateway);
    expect(await addressOf(gateway, id)).toBe(await addressOf(gateway, id));
  });

  test('is fetched after the next start if the gateway was stopped before', async () => {
    await using directory = await makeTemporaryDirectory();
    const kept = { DATA_DIR: directory.path };
    await using gateway = await startGateway({ ...kept, PHOTO_RESULT_HOSTS: 'elsewhere.example' });
    const { simulator } = gateway;
    const id = await restore(gateway);
    const env = {
      PHOTO_API_URL: simulator.url,
      PHOTO_THIRD_CODE: simulator.thirdCode,
      PHOTO_SECRET_KEY: simulator.secretKey,
      ARCHIVE_URL: '',
      ...kept,
    };
    await gateway.closeGateway();
    await using restarted = await startGatewayOf(env);
    await expect
      .poll(() => remembered(restarted, id))
      .toMatchObject({ status: 'READY', expiresAt: null });
  });
});

async function ready(gateway: RunningGateway): Promise<unknown> {
  const response = await fetch(`${gateway.url}/ready`);
  return { httpStatus: response.status, ...Object(await response.json()) };
}

describe('/ready', () => {
  test('reports the state of the store and the archive', async () => {
    await using gateway = await startGateway();
    await restoreAndKeep(gateway);
    expect(await ready(gateway)).toEqual({
      httpStatus: 200,
      status: 'ready',
      store: 'answering',
      provider: 'answering',
      archive: {
        status: 'working',
        reason: null,
        backlog: 0,
        archived: 1,
        lost: 0,
        originals: { kept: 1, missed: 0 },
      },
    });
  });

  test('reports that no pictures are archived', async () => {
    await using provider = await startScriptedProvider(() => answers.processing);
    await using gateway = await startGatewayOf(provider.env);
    expect(await ready(gateway)).toMatchObject({ httpStatus: 200, archive: null });
  });
});

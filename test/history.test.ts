import { describe, expect, test } from 'vitest';
import {
  PhotoDocument,
  PhotosDocument,
  PhotoStatusDocument,
  UploadPhotoDocument,
  type PhotosQueryVariables,
} from '../schema/typed/graphql.ts';
import { readFixture } from './support/fixtures.ts';
import { dataOf, failureOf, send, sendFile } from './support/graphql-client.ts';
import { answers, startScriptedProvider } from './support/scripted-provider.ts';
import { startGatewayOf, type RunningGateway } from './support/start-gateway.ts';
import { makeTemporaryDirectory } from './support/temporary-directory.ts';

const file = await readFixture('landscape-small.jpg');

/** A provider that assigns the ids `photo-0`, `photo-1`, …; those in `ready` are done. */
const startProvider = (ready: ReadonlySet<string>) =>
  startScriptedProvider(({ endpoint, fields }, earlier) => {
    if (endpoint === 'upload') return answers.uploaded(`photo-${earlier}`);
    const id = fields.get('mdf') ?? '';
    if (endpoint === 'download') return answers.download(id);
    return ready.has(id) ? answers.ready : answers.processing;
  });

async function upload(gateway: RunningGateway, count: number) {
  for (let index = 0; index < count; index += 1) {
    dataOf(await sendFile(gateway, UploadPhotoDocument, { file, repairType: 'REPAIR' }));
  }
}

async function page(gateway: RunningGateway, variables: PhotosQueryVariables) {
  const { photos } = dataOf(await send(gateway, PhotosDocument, variables));
  return { ...photos, ids: photos.edges.map(({ node }) => node.id) };
}

describe('photos', () => {
  test('are returned page by page, newest first, while more are uploaded', async () => {
    await using provider = await startProvider(new Set());
    await using gateway = await startGatewayOf(provider.env);
    await upload(gateway, 5);
    const first = await page(gateway, { first: 2 });
    expect(first).toMatchObject({ ids: ['photo-4', 'photo-3'], pageInfo: { hasNextPage: true } });
    await upload(gateway, 1);
    const second = await page(gateway, { first: 2, after: first.pageInfo.endCursor ?? null });
    expect(second.ids).toEqual(['photo-2', 'photo-1']);
    const last = await page(gateway, { first: 2, after: second.pageInfo.endCursor ?? null });
    expect(last).toMatchObject({ ids: ['photo-0'], pageInfo: { hasNextPage: false } });
  });

  test('are filtered by their current stored status', async () => {
    await using provider = await startProvider(new Set(['photo-1']));
    await using gateway = await startGatewayOf({ ...provider.env, ARCHIVE_URL: 'off' });
    await upload(gateway, 3);
    await expect
      .poll(async () => (await page(gateway, { status: 'READY' })).ids)
      .toEqual(['photo-1']);
    expect((await page(gateway, { status: 'PROCESSING' })).ids).toEqual(['photo-2', 'photo-0']);
    expect((await page(gateway, { status: 'EXPIRED' })).ids).toEqual([]);
    expect(await page(gateway, {})).toMatchObject({ ids: ['photo-2', 'photo-1', 'photo-0'] });
  });

  test('survive a restart', async () => {
    await using provider = await startProvider(new Set());
    await using directory = await makeTemporaryDirectory();
    const env = { ...provider.env, DATA_DIR: directory.path };
    {
      await using gateway = await startGatewayOf(env);
      await upload(gateway, 2);
    }
    await using restarted = await startGatewayOf(env);
    expect((await page(restarted, {})).ids).toEqual(['photo-1', 'photo-0']);
  });

  test.each([
    { first: 0 },
    { first: -1 },
    { first: 101 },
    { after: 'not a cursor' },
    { after: '' },
  ])('are refused for an invalid page: %j', async (variables) => {
    await using provider = await startProvider(new Set());
    await using gateway = await startGatewayOf(provider.env);
    const failure = failureOf(await send(gateway, PhotosDocument, variables));
    expect(failure).toMatchObject({ code: 'BAD_USER_INPUT', retryable: false });
  });
});

describe('photo', () => {
  test('is an uploaded photo as it is stored', async () => {
    await using provider = await startProvider(new Set());
    await using gateway = await startGatewayOf(provider.env);
    const background = '#00ff7f';
    dataOf(
      await sendFile(gateway, UploadPhotoDocument, {
        file,
        repairType: 'REPLACE_BACKGROUND',
        background,
      }),
    );
    const { photo } = dataOf(await send(gateway, PhotoDocument, { id: 'photo-0' }));
    expect(photo).toEqual({
      id: 'photo-0',
      status: 'PROCESSING',
      repairType: 'REPLACE_BACKGROUND',
      background,
      uploadedAt: expect.any(String),
      expectedReadyAt: null,
      readyAt: null,
      expiresAt: null,
      downloadUrl: null,
    });
  });

  test('is null if it was not uploaded here, even if the provider knows it', async () => {
    await using provider = await startProvider(new Set(['elsewhere']));
    await using gateway = await startGatewayOf(provider.env);
    dataOf(await send(gateway, PhotoStatusDocument, { id: 'elsewhere' }));
    const { photo } = dataOf(await send(gateway, PhotoDocument, { id: 'elsewhere' }));
    expect(photo).toBeNull();
  });
});

import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import {
  PhotoDocument,
  PhotosDocument,
  PhotoStatusDocument,
  UploadPhotoDocument,
  type PhotosQueryVariables,
} from '../schema/typed/graphql.ts';
import { readFixture } from './support/fixtures.ts';
import { dataOf, failureOf, send, sendFile } from './support/graphql-client.ts';
import { transports } from './support/limits-transports.ts';
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

const PAGE_FROM_END = `query ($first: Int, $after: String, $last: Int, $before: String) {
  photos(first: $first, after: $after, last: $last, before: $before) {
    edges { node { id } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}`;

const pageSchema = z.object({
  photos: z.object({
    edges: z.array(z.object({ node: z.object({ id: z.string() }) })),
    pageInfo: z.object({
      hasNextPage: z.boolean(),
      hasPreviousPage: z.boolean(),
      startCursor: z.string().nullable(),
      endCursor: z.string().nullable(),
    }),
  }),
});

function pageFromEnd(endpoint: string, variables: Readonly<Record<string, unknown>>) {
  return transports['HTTP POST'](endpoint, { query: PAGE_FROM_END, variables });
}

async function lastPage(gateway: RunningGateway, variables: Readonly<Record<string, unknown>>) {
  const { photos } = pageSchema.parse((await pageFromEnd(gateway.endpoint, variables)).data);
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

  test('are returned page by page from the oldest, each page newest first', async () => {
    await using provider = await startProvider(new Set());
    await using gateway = await startGatewayOf(provider.env);
    await upload(gateway, 5);
    const last = await lastPage(gateway, { last: 2 });
    expect(last).toMatchObject({
      ids: ['photo-1', 'photo-0'],
      pageInfo: { hasPreviousPage: true, hasNextPage: false },
    });
    const before = await lastPage(gateway, { last: 2, before: last.pageInfo.startCursor });
    expect(before).toMatchObject({
      ids: ['photo-3', 'photo-2'],
      pageInfo: { hasPreviousPage: true, hasNextPage: true },
    });
    const top = await lastPage(gateway, { last: 2, before: before.pageInfo.startCursor });
    expect(top).toMatchObject({
      ids: ['photo-4'],
      pageInfo: { hasPreviousPage: false, hasNextPage: true },
    });
    const { startCursor: before4, endCursor: after4 } = top.pageInfo;
    const { startCursor: before1, endCursor: after0 } = last.pageInfo;
    expect(before4).toBe(after4);
    const between = { after: after4, before: before1 };
    expect(await lastPage(gateway, { first: 1, ...between })).toMatchObject({
      ids: ['photo-3'],
      pageInfo: { hasPreviousPage: true, hasNextPage: true },
    });
    expect((await lastPage(gateway, { last: 1, ...between })).ids).toEqual(['photo-2']);
    expect((await lastPage(gateway, { last: 9, after: after0 })).ids).toEqual([]);
  });

  test.each([{ last: 0 }, { last: 101 }, { first: 1, last: 1 }, { last: 1, before: 'x' }])(
    'are refused for an invalid page from the oldest: %j',
    async (variables) => {
      await using provider = await startProvider(new Set());
      await using gateway = await startGatewayOf(provider.env);
      const { errors } = await pageFromEnd(gateway.endpoint, variables);
      expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
    },
  );

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
      name: 'photo.jpg',
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

const repaired = (id: string) => ({ id, repairType: 'REPAIR' });

describe('node', () => {
  const query = `query ($id: ID!, $ids: [ID!]!) {
    node(id: $id) { __typename id ... on Photo { status } }
    nodes(ids: $ids) { ... on Photo { id repairType } }
  }`;

  test('is an uploaded photo by its own id, and null for any other', async () => {
    await using provider = await startProvider(new Set(['elsewhere']));
    await using gateway = await startGatewayOf(provider.env);
    await upload(gateway, 2);
    const variables = { id: 'photo-0', ids: ['photo-1', 'elsewhere', 'photo-0', 'photo-1'] };
    const { data } = await transports['HTTP POST'](gateway.endpoint, { query, variables });
    expect(data).toEqual({
      node: { __typename: 'Photo', id: 'photo-0', status: 'PROCESSING' },
      nodes: [repaired('photo-1'), null, repaired('photo-0'), repaired('photo-1')],
    });
  });

  test('is refused for a malformed id, beside the other nodes', async () => {
    await using provider = await startProvider(new Set());
    await using gateway = await startGatewayOf(provider.env);
    await upload(gateway, 1);
    const variables = { id: 'photo-0', ids: ['../x', 'photo-0'] };
    const answer = await transports['HTTP POST'](gateway.endpoint, { query, variables });
    expect(answer.errors).toMatchObject([
      { path: ['nodes', 0], extensions: { code: 'BAD_USER_INPUT' } },
    ]);
    expect(answer.data?.['nodes']).toMatchObject([null, { id: 'photo-0' }]);
    const tooMany = Array.from({ length: 101 }, () => 'photo-0');
    const refused = await transports['HTTP POST'](gateway.endpoint, {
      query,
      variables: { id: 'photo-0', ids: tooMany },
    });
    expect(refused.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
  });

  test('and photos from the oldest are priced like the others', async () => {
    await using provider = await startProvider(new Set());
    await using gateway = await startGatewayOf(provider.env);
    const ids = Array.from({ length: 100 }, () => 'photo-0');
    const variables = { ids, size: 100, none: null };
    const fields = [
      ['$ids: [ID!]!', 'nodes(ids: $ids) { ... on Photo { downloadUrl { url } } }'],
      ['$size: Int', 'photos(last: $size) { edges { node { downloadUrl { url } } } }'],
      ['$none: Int', 'photos(last: 100, first: $none) { edges { node { downloadUrl { url } } } }'],
    ];
    for (const [variable = '', field = ''] of fields) {
      const four = [1, 2, 3, 4].map((n) => `page${n}: ${field}`);
      const text = `query (${variable}) { ${four.join(' ')} }`;
      const { errors } = await transports['HTTP POST'](gateway.endpoint, {
        query: text,
        variables,
      });
      expect(errors).toMatchObject([{ message: expect.stringMatching(/cost/) }]);
    }
  });
});

import { readFile } from 'node:fs/promises';
import { createClient } from 'graphql-sse';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  makeKeysFile,
  startGuardedGateway,
  type GuardedGateway,
} from './support/access-gateway.ts';
import { recordClientRun } from './support/client-runs.ts';
import { freePort } from './support/free-port.ts';
import { dataOf, send, sendFile } from './support/graphql-client.ts';
import { COMPOSITIONS, startAlbums, startHiveGateway } from './support/supergraph.ts';

const UPLOAD =
  'mutation ($file: Upload!) { uploadPhoto(file: $file, repairType: REPAIR) { id status albumTitle } }';
const READY = 'subscription ($id: ID!) { photoReady(id: $id) { id status albumTitle } }';
const ALBUM = '{ album { title photos { id repairType } pageInfo { hasNextPage } } }';
const ENTITIES =
  'query ($of: [_Any!]!) { _entities(representations: $of) { ... on Photo { repairType } } }';

const started = new AsyncDisposableStack();
afterAll(() => started.disposeAsync());

let gateway: GuardedGateway;
let albums: string;
let callbackUrl: URL;
/** The photos of the album. */
let ids: readonly string[] = [];
let anna: Readonly<Record<string, string>>;
let ben: Readonly<Record<string, string>>;

beforeAll(async () => {
  const keys = started.use(await makeKeysFile());
  anna = { authorization: `Bearer ${await keys.add('anna')}` };
  ben = { authorization: `Bearer ${await keys.add('ben')}` };
  callbackUrl = new URL(`http://127.0.0.1:${await freePort()}/callback`);
  gateway = started.use(
    await startGuardedGateway({
      API_KEYS_FILE: keys.path,
      FEDERATION: 'on',
      CALLBACK_URLS: callbackUrl.href,
    }),
  );
  albums = started.use(await startAlbums(() => ids)).url;
});

async function upload(endpoint: string): Promise<string> {
  const file = new Blob([await readFile(new URL('fixtures/one-pixel.png', import.meta.url))]);
  const { uploadPhoto } = dataOf(
    await sendFile<{ uploadPhoto: { id: string } }, { file: Blob }>(
      { endpoint },
      UPLOAD,
      { file },
      anna,
    ),
  );
  expect(uploadPhoto).toMatchObject({ status: 'PROCESSING', albumTitle: 'Summer' });
  return uploadPhoto.id;
}

/** All events of a subscription, over server-sent events. */
async function eventsOf(url: string, query: string, variables: Record<string, unknown>) {
  const client = createClient({ url, headers: anna, retryAttempts: 0 });
  const events: unknown[] = [];
  for await (const event of client.iterate({ query, variables })) events.push(event);
  return events;
}

describe.each(Object.entries(COMPOSITIONS))('a supergraph composed by %s', (name, compose) => {
  test('runs in Hive Gateway: an upload, its event, and a query across both subgraphs', async ({
    task,
  }) => {
    const supergraph = await compose({ photos: gateway.endpoint, albums });
    await using hive = await startHiveGateway(supergraph);
    const endpoint = `${hive.url}/graphql`;
    const id = await upload(endpoint);
    expect(await eventsOf(endpoint, READY, { id })).toEqual([
      { data: { photoReady: { id, status: 'READY', albumTitle: 'Summer' } } },
    ]);
    ids = [id, 'of-nobody'];
    expect(dataOf(await send({ endpoint }, ALBUM, {}, anna))).toEqual({
      album: {
        title: 'Summer',
        photos: [
          { id, repairType: 'REPAIR' },
          { id: 'of-nobody', repairType: null },
        ],
        pageInfo: { hasNextPage: false },
      },
    });
    // Whoever asks through the router has only their own rights.
    expect(dataOf(await send({ endpoint }, ALBUM, {}, ben))).toMatchObject({
      album: { photos: [{ id, repairType: null }, { repairType: null }] },
    });
    expect((await send({ endpoint }, ALBUM)).errors?.[0]).toMatchObject({
      extensions: { code: 'UNAUTHENTICATED' },
    });
    recordClientRun(task, {
      client: 'Hive Gateway, its runtime',
      version: { package: '@graphql-hive/gateway-runtime' },
      ran: `an upload, its event, and a query across two subgraphs, composed by ${name}`,
      result: 'answered',
      needs: '`FEDERATION=on`, and the [headers](#hive-gateway) that it passes on',
    });
  });
});

test('Hive Gateway is told by callbacks, if it subscribes so', async ({ task }) => {
  const supergraph = await COMPOSITIONS.Apollo({ photos: gateway.endpoint, albums });
  await using hive = await startHiveGateway(supergraph, { callbackUrl });
  const endpoint = `${hive.url}/graphql`;
  const id = await upload(endpoint);
  expect(await eventsOf(endpoint, READY, { id })).toEqual([
    { data: { photoReady: { id, status: 'READY', albumTitle: 'Summer' } } },
  ]);
  await gateway.until(/"transport":"callback"/);
  recordClientRun(task, {
    client: 'Hive Gateway, its runtime',
    version: { package: '@graphql-hive/gateway-runtime' },
    ran: 'an upload, and its event by HTTP callback',
    result: 'answered',
    needs: '[`CALLBACK_URLS`](#subscriptions-by-callback)',
  });
});

test('an entity is one only for the client that uploaded it', async () => {
  const of = ids.map((id) => ({ __typename: 'Photo', id }));
  expect(dataOf(await send(gateway, ENTITIES, { of }, anna))).toEqual({
    _entities: [{ repairType: 'REPAIR' }, null],
  });
  expect(dataOf(await send(gateway, ENTITIES, { of }, ben))).toEqual({ _entities: [null, null] });
});

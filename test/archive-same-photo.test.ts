import { createServer, type ServerResponse } from 'node:http';
import { describe, expect, test } from 'vitest';
import { PhotosDocument, UploadPhotoDocument, type RepairType } from '../schema/typed/graphql.ts';
import { makeKeysFile } from './support/access-gateway.ts';
import { readPicture } from './support/archive-sources.ts';
import { readFixture } from './support/fixtures.ts';
import { dataOf, failureOf, send, sendFile } from './support/graphql-client.ts';
import { listen } from './support/listen.ts';
import { answers, startScriptedProvider } from './support/scripted-provider.ts';
import { startGatewayOf } from './support/start-gateway.ts';
import { makeTemporaryDirectory } from './support/temporary-directory.ts';

const file = await readFixture('landscape-small.jpg');
const annas = await readPicture('landscape-small.jpg');
const berts = await readPicture('id-photo.jpg');

interface Shown {
  readonly id: string;
  readonly status: string;
  readonly repairType: string;
  readonly background: string | null;
  readonly readyAt: string | null;
  readonly expiresAt: string | null;
  readonly uploadedAt: string;
  readonly originalUrl: string;
  readonly downloadUrl: { readonly url: string } | null;
}

const FIELDS = 'id status repairType background readyAt expiresAt uploadedAt originalUrl';

type Serve = (res: ServerResponse) => void;

/** A gateway of two clients before a provider that gives the same bytes the same id, `p`. */
async function openModule() {
  await using opened = new AsyncDisposableStack();
  const provided: { ready: boolean; serve: Serve } = { ready: true, serve: () => undefined };
  const results = opened.use(await listen(createServer((_req, res) => provided.serve(res))));
  const provider = opened.use(
    await startScriptedProvider(({ endpoint }) => {
      if (endpoint === 'upload') return answers.uploaded('p');
      if (endpoint === 'status') return provided.ready ? answers.ready : answers.processing;
      return provided.ready
        ? { body: { code: 200, data: { url: `${results.url}/p.jpg` } } }
        : answers.failure(9002);
    }),
  );
  const keys = opened.use(await makeKeysFile());
  const directory = opened.use(await makeTemporaryDirectory());
  const env = {
    ...provider.env,
    ARCHIVE_URL: '',
    AUTH: 'required',
    API_KEYS_FILE: keys.path,
    DATA_DIR: directory.path,
  };
  const anna = { 'x-api-key': await keys.add('anna') };
  const bert = { 'x-api-key': await keys.add('bert') };
  let gateway = await startGatewayOf(env);
  opened.defer(() => gateway.close());
  const running = opened.move();

  /** From now on the provider has this picture under the id, or is still processing it. */
  function provide(picture: Buffer | null) {
    provided.ready = picture !== null;
    provided.serve = (res) => void res.end(picture);
  }

  type Client = typeof anna;

  async function upload(client: Client, repairType: RepairType, more: object = {}) {
    const variables = { file, repairType, ...more };
    return dataOf(await sendFile(gateway, UploadPhotoDocument, variables, client)).uploadPhoto;
  }

  /** The stored photo, without a call to the provider. */
  async function remembered(client: Client) {
    const query = `{ photo(id: "p") { ${FIELDS} } }`;
    return dataOf(await send<{ photo: Shown }, object>(gateway, query, {}, client)).photo;
  }

  async function status(client: Client) {
    const query = `{ photoStatus(id: "p") { ${FIELDS} downloadUrl { url } } }`;
    return dataOf(await send<{ photoStatus: Shown }, object>(gateway, query, {}, client))
      .photoStatus;
  }

  async function address(client: Client) {
    const query = '{ downloadUrl(id: "p") { url } }';
    type Data = { downloadUrl: { url: string } };
    return send<Data, object>(gateway, query, {}, client);
  }

  async function listed(client: Client) {
    const { photos } = dataOf(await send(gateway, PhotosDocument, {}, client));
    return photos.edges.map(({ node }) => node);
  }

  async function restart() {
    await gateway.close();
    gateway = await startGatewayOf({ ...env, PORT: new URL(gateway.url).port });
  }

  return {
    anna,
    bert,
    provide,
    upload,
    remembered,
    status,
    address,
    listed,
    restart,
    /** Waits until the client's picture is archived for ever. */
    kept: async (client: Client) =>
      await expect
        .poll(() => remembered(client))
        .toMatchObject({ status: 'READY', expiresAt: null }),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

async function pictureAt(address: string) {
  const response = await fetch(address);
  return { status: response.status, bytes: Buffer.from(await response.arrayBuffer()) };
}

describe('if two clients upload the same bytes and the provider gives them one id', () => {
  test('each keeps its own picture and arguments', async () => {
    await using module = await openModule();
    const { anna, bert } = module;
    module.provide(annas);
    await module.upload(anna, 'REPAIR');
    await module.kept(anna);
    const before = await module.status(anna);
    const addressBefore = before.downloadUrl?.url ?? '';

    module.provide(null);
    const uploaded = await module.upload(bert, 'REPLACE_BACKGROUND', { background: '#00ff7f' });
    expect(uploaded).toMatchObject({ id: 'p', status: 'PROCESSING' });
    expect(await module.status(anna)).toEqual(before);
    expect(await module.status(bert)).toMatchObject({
      status: 'PROCESSING',
      repairType: 'REPLACE_BACKGROUND',
      background: '#00ff7f',
      downloadUrl: null,
    });
    expect((await pictureAt(addressBefore)).bytes.equals(annas)).toBe(true);
    expect(failureOf(await module.address(bert))).toMatchObject({ code: 'PHOTO_NOT_READY' });

    module.provide(berts);
    await module.kept(bert);
    for (const restarted of [false, true]) {
      if (restarted) await module.restart();
      expect(await module.status(anna)).toEqual(before);
      expect(await module.listed(anna)).toMatchObject([{ status: 'READY', repairType: 'REPAIR' }]);
      expect(await module.listed(bert)).toMatchObject([
        { status: 'READY', repairType: 'REPLACE_BACKGROUND', background: '#00ff7f' },
      ]);
      const of = async (client: typeof anna) =>
        pictureAt(dataOf(await module.address(client)).downloadUrl.url);
      expect((await of(anna)).bytes.equals(annas)).toBe(true);
      expect((await of(bert)).bytes.equals(berts)).toBe(true);
      expect((await pictureAt(addressBefore)).bytes.equals(annas)).toBe(true);
    }
  });

  test('one whose picture was not archived yet gets the later one, and keeps its own arguments', async () => {
    await using module = await openModule();
    const { anna, bert } = module;
    module.provide(null);
    await module.upload(anna, 'REPAIR');
    await module.upload(bert, 'COLORIZE');
    module.provide(berts);
    for (const [client, repairType] of [
      [anna, 'REPAIR'],
      [bert, 'COLORIZE'],
    ] as const) {
      await module.kept(client);
      expect(await module.status(client)).toMatchObject({ status: 'READY', repairType });
      const { url } = dataOf(await module.address(client)).downloadUrl;
      expect((await pictureAt(url)).bytes.equals(berts)).toBe(true);
    }
  });

  test('a waiting client gets its own photo', async () => {
    await using module = await openModule();
    const { anna, bert } = module;
    module.provide(null);
    const waiting = module.upload(anna, 'REPAIR', { waitSeconds: 30 });
    await expect.poll(() => module.listed(anna)).toHaveLength(1);
    await module.upload(bert, 'COLORIZE');
    module.provide(berts);
    expect(await waiting).toMatchObject({ status: 'READY', repairType: 'REPAIR' });
  });

  test('a repeated key gets the photo of its own client', async () => {
    await using module = await openModule();
    const { anna, bert } = module;
    module.provide(annas);
    await module.upload(anna, 'REPAIR', { idempotencyKey: 'key' });
    await module.kept(anna);
    module.provide(null);
    await module.upload(bert, 'COLORIZE');
    await module.restart();
    const again = await module.upload(anna, 'REPAIR', { idempotencyKey: 'key' });
    expect(again).toMatchObject({ status: 'READY', repairType: 'REPAIR' });
  });
});

describe('if a client uploads the same bytes again', () => {
  test('its picture and that address keep working until the new one is archived', async () => {
    await using module = await openModule();
    const { anna } = module;
    module.provide(annas);
    await module.upload(anna, 'REPAIR');
    await module.kept(anna);
    const earlier = dataOf(await module.address(anna)).downloadUrl.url;

    module.provide(null);
    await module.upload(anna, 'COLORIZE');
    expect(await module.status(anna)).toMatchObject({
      status: 'PROCESSING',
      repairType: 'COLORIZE',
    });
    expect((await pictureAt(earlier)).bytes.equals(annas)).toBe(true);

    module.provide(berts);
    await module.kept(anna);
    const later = dataOf(await module.address(anna)).downloadUrl.url;
    expect((await pictureAt(later)).bytes.equals(berts)).toBe(true);
    // It was promised to work until it expires.
    expect((await pictureAt(earlier)).status).toBe(200);
  });
});

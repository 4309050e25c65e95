import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { UploadPhotoDocument } from '../schema/typed/graphql.ts';
import { makeKeysFile } from './support/access-gateway.ts';
import { readFixture } from './support/fixtures.ts';
import { dataOf, failureOf, send, sendFile } from './support/graphql-client.ts';
import { startS3Server, STRICT_KEY } from './support/s3-server.ts';
import { answers, startScriptedProvider, type Answer } from './support/scripted-provider.ts';
import { startGatewayOf } from './support/start-gateway.ts';
import { makeTemporaryDirectory } from './support/temporary-directory.ts';

const landscape = await readFixture('landscape-small.jpg');
const portrait = await readFixture('id-photo.jpg');

interface Shown {
  readonly originalUrl: string;
  readonly originalDownloadUrl: { readonly url: string; readonly expiresAt: string } | null;
}

const QUERY = '{ photo(id: "p") { originalUrl originalDownloadUrl { url expiresAt } } }';

/** A gateway of two clients before a provider that gives every picture the same id, `p`. */
async function openModule(env: Readonly<Record<string, string>> = {}) {
  await using opened = new AsyncDisposableStack();
  const answer: { upload: Answer } = { upload: answers.uploaded('p') };
  const provider = opened.use(
    await startScriptedProvider(({ endpoint }) =>
      endpoint === 'upload' ? answer.upload : answers.processing,
    ),
  );
  const keys = opened.use(await makeKeysFile());
  const anna = { 'x-api-key': await keys.add('anna') };
  const bert = { 'x-api-key': await keys.add('bert') };
  const directory = opened.use(await makeTemporaryDirectory());
  const gateway = opened.use(
    await startGatewayOf({
      ...provider.env,
      ARCHIVE_URL: '',
      AUTH: 'required',
      API_KEYS_FILE: keys.path,
      DATA_DIR: directory.path,
      ...env,
    }),
  );
  const running = opened.move();
  const archive = join(directory.path, 'archive');

  async function shown(client: typeof anna) {
    return dataOf(await send<{ photo: Shown }, object>(gateway, QUERY, {}, client)).photo;
  }

  return {
    anna,
    bert,
    archive,
    directory: directory.path,
    answer,
    upload: (file: Blob, client: typeof anna) =>
      sendFile(gateway, UploadPhotoDocument, { file, repairType: 'REPAIR' }, client),
    shown,
    /** The address of the client's original, once it is kept, and another one than `before`. */
    addressOf: (client: typeof anna, before = '') =>
      vi.waitUntil(async () => {
        const { originalDownloadUrl } = await shown(client);
        return originalDownloadUrl?.url === before ? null : originalDownloadUrl?.url;
      }, 10_000),
    files: async () => {
      const entries = await readdir(archive, { recursive: true, withFileTypes: true });
      return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
    },
    async ready(): Promise<unknown> {
      return (await fetch(`${gateway.url}/ready`)).json();
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

async function bytesAt(address: string) {
  const response = await fetch(address);
  return Buffer.from(await response.arrayBuffer());
}

const bytesOf = async (file: Blob) => Buffer.from(await file.arrayBuffer());

describe('a picture as it was uploaded', () => {
  test('is kept at a signed address, each client’s own, and replaced by the next upload', async () => {
    await using module = await openModule();
    const { anna, bert } = module;
    dataOf(await module.upload(landscape, anna));
    const annas = await module.addressOf(anna);
    const response = await fetch(annas, { headers: { range: 'bytes=0-9' } });
    expect(response.status).toBe(206);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'image/jpeg',
      'content-disposition': 'inline; filename=photo-original.jpg',
      'content-range': `bytes 0-9/${landscape.size}`,
      etag: '"p.original"',
    });
    expect((await bytesAt(annas)).equals(await bytesOf(landscape))).toBe(true);
    // An address of the restored picture is another one.
    expect((await fetch(annas.replace('p.original', 'p'))).status).toBe(403);
    expect((await module.shown(anna)).originalUrl).toBe('http://127.0.0.1/p_out.jpg');

    dataOf(await module.upload(portrait, bert));
    const berts = await module.addressOf(bert);
    expect((await bytesAt(berts)).equals(await bytesOf(portrait))).toBe(true);
    expect(await module.addressOf(anna)).toBe(annas);

    dataOf(await module.upload(portrait, anna));
    const later = await module.addressOf(anna, annas);
    expect((await bytesAt(later)).equals(await bytesOf(portrait))).toBe(true);
    expect(await module.ready()).toMatchObject({ archive: { originals: { kept: 3, missed: 0 } } });
  });

  test('is not kept if the upload fails', async () => {
    await using module = await openModule();
    module.answer.upload = answers.failure(9006);
    expect(failureOf(await module.upload(landscape, module.anna))).toMatchObject({
      charged: false,
    });
    module.answer.upload = answers.uploaded('p');
    dataOf(await module.upload(portrait, module.anna));
    await module.addressOf(module.anna);
    expect(await module.files()).toEqual(['photo-p.original']);
  });

  test('is not kept on a disk that does not take it, and the upload succeeds', async () => {
    await using module = await openModule();
    await rm(join(module.archive, 'incoming'), { recursive: true });
    const { uploadPhoto } = dataOf(await module.upload(landscape, module.anna));
    expect(uploadPhoto.id).toBe('p');
    await expect
      .poll(() => module.ready())
      .toMatchObject({ archive: { originals: { kept: 0, missed: 1 } } });
    expect((await module.shown(module.anna)).originalDownloadUrl).toBeNull();
  });

  test('is not kept where ARCHIVE_ORIGINALS is off', async () => {
    await using module = await openModule({ ARCHIVE_ORIGINALS: 'off' });
    dataOf(await module.upload(landscape, module.anna));
    expect((await module.shown(module.anna)).originalDownloadUrl).toBeNull();
    expect(await module.ready()).toMatchObject({ archive: { originals: null } });
    expect(await module.files()).toEqual([]);
  });

  test('is kept in a bucket where ARCHIVE_ORIGINALS is on', async () => {
    await using server = await startS3Server();
    await using module = await openModule({
      ARCHIVE_URL: `s3://${server.bucket}/kept`,
      ARCHIVE_ORIGINALS: 'on',
      S3_ENDPOINT: server.endpoint,
      S3_ACCESS_KEY_ID: STRICT_KEY,
      S3_SECRET_ACCESS_KEY: STRICT_KEY,
    });
    dataOf(await module.upload(landscape, module.anna));
    const address = await module.addressOf(module.anna);
    expect(address).toContain(`${server.endpoint}/${server.bucket}/kept/p.original?`);
    expect((await bytesAt(address)).equals(await bytesOf(landscape))).toBe(true);
    expect(await readdir(join(module.directory, 'originals'))).toEqual([]);
  });
});

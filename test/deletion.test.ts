import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { print } from 'graphql';
import { expect, test } from 'vitest';
import {
  DeletePhotoDocument,
  DownloadUrlDocument,
  PhotoDocument,
  PhotoReadyDocument,
  PhotosDocument,
  PhotoStatusDocument,
  QuotaDocument,
  UploadPhotoDocument,
} from '../schema/typed/graphql.ts';
import { readPicture } from './support/archive-sources.ts';
import { readFixture } from './support/fixtures.ts';
import { anna, bert, eventsOf, pollsOf } from './support/fleet.ts';
import { dataOf, failureOf, send, sendFile } from './support/graphql-client.ts';
import { listen } from './support/listen.ts';
import { answers, startScriptedProvider } from './support/scripted-provider.ts';
import { startModule, uploadTo } from './support/start-module.ts';
import { startGateway, startGatewayOf } from './support/start-gateway.ts';
import { subscribers } from './support/subscribe.ts';
import { makeTemporaryDirectory } from './support/temporary-directory.ts';

const file = await readFixture('landscape-small.jpg');
const notFound = { code: 'PHOTO_NOT_FOUND', retryable: false, errno: 9002 };

/** The pictures in the archive of a gateway with this data directory. */
async function archivedFiles(directory: string) {
  const files = await readdir(join(directory, 'archive'), { recursive: true });
  return files.filter((name) => name.includes('photo-'));
}

test('a deleted photo is gone with its picture, and its charge stays', async () => {
  await using directory = await makeTemporaryDirectory();
  await using gateway = await startGateway({ DATA_DIR: directory.path });
  const keyed = { file, repairType: 'SUPER_RESOLUTION', idempotencyKey: 'key' } as const;
  const { id } = dataOf(await sendFile(gateway, UploadPhotoDocument, keyed)).uploadPhoto;
  const photo = async () => dataOf(await send(gateway, PhotoDocument, { id })).photo;
  // It never expires once it is archived.
  await expect.poll(photo).toMatchObject({ status: 'READY', expiresAt: null });
  const url = (await photo())?.downloadUrl?.url ?? '';
  // The restored one, and the one that was uploaded.
  await expect.poll(() => archivedFiles(directory.path)).toHaveLength(2);
  const { quota: before } = dataOf(await send(gateway, QuotaDocument, {}));

  const { deletePhoto } = dataOf(await send(gateway, DeletePhotoDocument, { id }));
  expect(deletePhoto).toEqual({ id, refunded: false });
  expect(await archivedFiles(directory.path)).toEqual([]);
  expect((await fetch(url)).status).toBe(404);
  expect(dataOf(await send(gateway, PhotoDocument, { id })).photo).toBeNull();
  expect(dataOf(await send(gateway, PhotosDocument, {})).photos.edges).toEqual([]);
  // The provider has its picture still.
  for (const document of [PhotoStatusDocument, DownloadUrlDocument, DeletePhotoDocument])
    expect(failureOf(await send(gateway, print(document), { id }))).toMatchObject(notFound);
  const unknown = await send(gateway, DeletePhotoDocument, { id: 'unknown' });
  expect(failureOf(unknown)).toMatchObject(notFound);

  const again = failureOf(await sendFile(gateway, UploadPhotoDocument, keyed));
  expect(again).toMatchObject({ code: 'PHOTO_NOT_FOUND', charged: null });
  const { quota: after } = dataOf(await send(gateway, QuotaDocument, {}));
  expect(after.remaining).toBe(before.remaining);
  const metrics = await (await fetch(`${gateway.url}/metrics`)).text();
  expect(metrics).toContain('\nphoto_gateway_photos_deleted_total 1\n');
});

test('whoever waits for a photo is told that it was deleted, and it is polled no more', async () => {
  await using provider = await startScriptedProvider(({ endpoint }, earlier) =>
    endpoint === 'upload' ? answers.uploaded(`photo-${earlier}`) : answers.processing,
  );
  await using gateway = await startGatewayOf(provider.env);
  const upload = async () =>
    dataOf(await sendFile(gateway, UploadPhotoDocument, { file, repairType: 'REPAIR' }))
      .uploadPhoto;
  const { id } = await upload();
  using subscriber = subscribers.WebSocket(gateway);
  const events = subscriber.subscribe(PhotoReadyDocument, { id });
  const told = events.next();
  await expect.poll(() => pollsOf(provider.calls, id)).toBeGreaterThan(0);
  dataOf(await send(gateway, DeletePhotoDocument, { id }));
  expect(failureOf((await told).value)).toMatchObject({ ...notFound, photoId: id });
  expect(await events.next()).toMatchObject({ done: true });
  const polls = pollsOf(provider.calls, id);
  const other = await upload();
  await expect.poll(() => pollsOf(provider.calls, other.id)).toBeGreaterThan(3);
  expect(pollsOf(provider.calls, id)).toBeLessThanOrEqual(polls + 1);
});

test('a photo that is being archived leaves no picture, and can be uploaded again', async () => {
  const picture = await readPicture();
  const held = Promise.withResolvers<ServerResponse>();
  await using pictures = await listen(
    createServer((_req, res) => {
      res.write(picture.subarray(0, 5000));
      held.resolve(res);
    }),
  );
  await using provider = await startScriptedProvider(({ endpoint }) => {
    if (endpoint === 'upload') return answers.uploaded('same');
    if (endpoint === 'status') return answers.ready;
    return { body: { code: 200, data: { url: `${pictures.url}/same` } } };
  });
  await using directory = await makeTemporaryDirectory();
  const env = { ...provider.env, DATA_DIR: directory.path, ARCHIVE_URL: '' };
  await using gateway = await startGatewayOf(env);
  const upload = () => sendFile(gateway, UploadPhotoDocument, { file, repairType: 'REPAIR' });
  const { id } = dataOf(await upload()).uploadPhoto;
  const response = await held.promise;
  dataOf(await send(gateway, DeletePhotoDocument, { id }));
  const ended = once(response, 'close');
  response.end(picture.subarray(5000));
  await ended;
  const incoming = () => readdir(join(directory.path, 'archive', 'incoming'));
  await expect.poll(incoming).toEqual([]);
  await expect.poll(() => archivedFiles(directory.path)).toEqual([]);
  expect(dataOf(await send(gateway, PhotoDocument, { id })).photo).toBeNull();
  expect(dataOf(await upload()).uploadPhoto).toMatchObject({ id, status: 'PROCESSING' });
});

test('the same photo of another client stays', async () => {
  await using provider = await startScriptedProvider(({ endpoint }) => {
    if (endpoint === 'upload') return answers.uploaded('same');
    return endpoint === 'status' ? answers.ready : answers.download('same');
  });
  await using module = await startModule(provider.env['PHOTO_API_URL'] ?? '');
  const { photos } = module;
  await uploadTo(photos, anna);
  await expect(photos.delete(bert, 'same')).rejects.toMatchObject({ code: 'PHOTO_NOT_FOUND' });
  await uploadTo(photos, bert);
  await photos.delete(anna, 'same');
  expect(await eventsOf(photos.ready(bert, ['same']))).toEqual(['READY']);
  expect(await photos.photo(bert, 'same')).toMatchObject({ status: 'READY' });
  expect(await eventsOf(photos.ready(anna, ['same']))).toEqual(['PHOTO_NOT_FOUND']);
});

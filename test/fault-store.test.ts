import { describe, expect, test } from 'vitest';
import {
  DownloadUrlDocument,
  PhotoReadyDocument,
  PhotosDocument,
  PhotoStatusDocument,
  UploadPhotoDocument,
} from '../schema/typed/graphql.ts';
import { createWriteBehindStore } from '../src/photos/store/write-behind-store.ts';
import { startSimulator } from '../packages/simulator/simulator.ts';
import { canMount } from './support/archive-small-disk.ts';
import { disks } from './support/fault-disk.ts';
import { startFaultyProvider } from './support/fault-provider.ts';
import { readFixture } from './support/fixtures.ts';
import { dataOf, failureOf, send, sendFile } from './support/graphql-client.ts';
import { jpegStart, startSlowUpload } from './support/slow-upload.ts';
import { describeStore } from './support/store-conformance.ts';
import { createSqliteFixture } from './support/store-sqlite-fixture.ts';
import { subscribers } from './support/subscribe.ts';

const file = await readFixture('landscape-small.jpg');

interface Target {
  readonly endpoint: string;
}

const upload = (gateway: Target, idempotencyKey: string | null = null) =>
  sendFile(gateway, UploadPhotoDocument, { file, repairType: 'REPAIR', idempotencyKey });

async function statusesOf(gateway: Target) {
  const { photos } = dataOf(await send(gateway, PhotosDocument, { first: 100 }));
  return Object.fromEntries(photos.edges.map(({ node }) => [node.id, node.status]));
}

const onEachDisk = describe.runIf(canMount).each(Object.entries(disks));

onEachDisk('while the disk of the store %s', (_what, startOnDisk) => {
  test('an upload that cannot be recorded is not sent, reports that it cost nothing, and its key stays free', async () => {
    await using provider = await startFaultyProvider();
    await using disk = await startOnDisk({ ...provider.env, UPLOADS_PER_DAY: '5' });
    const { gateway } = disk;
    await disk.breakDisk();
    for (const key of ['key', null]) {
      const failure = failureOf(await upload(gateway, key));
      expect(failure).toMatchObject({ code: 'UPLOAD_FAILED', retryable: true, charged: false });
    }
    expect(provider.calls('upload')).toBe(0);
    await disk.restoreDisk();
    dataOf(await upload(gateway, 'key'));
    expect(provider.charges()).toBe(1);
  });

  test('a running upload is aborted before its end, and its key is free', async () => {
    await using provider = await startFaultyProvider();
    await using disk = await startOnDisk({ ...provider.env, UPLOADS_PER_DAY: '1' });
    const { gateway } = disk;
    const slow = startSlowUpload(gateway, { idempotencyKey: 'key' });
    slow.write(jpegStart);
    await expect.poll(() => provider.calls('upload')).toBe(1);
    await disk.breakDisk();
    slow.end();
    expect(failureOf(await slow.result)).toMatchObject({
      code: 'UPLOAD_FAILED',
      retryable: true,
      charged: false,
    });
    await disk.restoreDisk();
    // So is its part of the allowance.
    dataOf(await upload(gateway, 'key'));
    expect(provider.charges()).toBe(1);
  });

  test('a paid upload is known to its client, and stored once that is possible', async () => {
    await using provider = await startFaultyProvider();
    await using disk = await startOnDisk(provider.env);
    const { gateway } = disk;
    provider.processing.add('photo-1');
    await disk.breakDisk();
    const { id } = dataOf(await upload(gateway)).uploadPhoto;
    using client = subscribers.WebSocket(gateway);
    const pushed = client.subscribe(PhotoReadyDocument, { id }).next();
    const own = await send(gateway, `{ photo(id: "${id}") { status repairType } }`);
    expect(dataOf(own)).toEqual({ photo: { status: 'PROCESSING', repairType: 'REPAIR' } });
    provider.processing.delete(id);
    expect(dataOf((await pushed).value).photoReady).toMatchObject({ id, status: 'READY' });
    expect(await statusesOf(gateway)).toEqual({});
    await disk.restoreDisk();
    expect(await statusesOf(gateway)).toEqual({ [id]: 'READY' });
  });

  test('a photo that gets ready is pushed, reported and downloadable, and stored once that is possible', async () => {
    await using provider = await startFaultyProvider();
    await using disk = await startOnDisk(provider.env);
    const { gateway } = disk;
    provider.processing.add('photo-1');
    const { id } = dataOf(await upload(gateway, 'key')).uploadPhoto;
    using client = subscribers['server-sent events'](gateway);
    const pushed = client.subscribe(PhotoReadyDocument, { id }).next();
    await disk.breakDisk();
    provider.processing.delete(id);
    expect(dataOf((await pushed).value).photoReady).toMatchObject({ id, status: 'READY' });
    for (const known of [id, 'of-nobody']) {
      const { photoStatus } = dataOf(await send(gateway, PhotoStatusDocument, { id: known }));
      expect(photoStatus).toMatchObject({ id: known, status: 'READY' });
      dataOf(await send(gateway, DownloadUrlDocument, { id: known }));
      const again = await client.subscribe(PhotoReadyDocument, { id: known }).next();
      expect(dataOf(again.value).photoReady).toMatchObject({ id: known, status: 'READY' });
    }
    expect(await statusesOf(gateway)).toEqual({ [id]: 'PROCESSING' });
    await disk.restoreDisk();
    expect(await statusesOf(gateway)).toEqual({ [id]: 'READY' });
    expect(dataOf(await upload(gateway, 'key')).uploadPhoto).toMatchObject({ id, status: 'READY' });
    expect(provider.charges()).toBe(1);
  });

  test('a photo that gets ready is archived once that is possible', async () => {
    await using simulator = await startSimulator({ processingTimeMs: 500 });
    await using disk = await startOnDisk({
      PHOTO_API_URL: simulator.url,
      PHOTO_THIRD_CODE: simulator.thirdCode,
      PHOTO_SECRET_KEY: simulator.secretKey,
      ARCHIVE_URL: '',
    });
    const { gateway } = disk;
    const { id } = dataOf(await upload(gateway)).uploadPhoto;
    await disk.breakDisk();
    using client = subscribers.WebSocket(gateway);
    const pushed = await client.subscribe(PhotoReadyDocument, { id }).next();
    expect(dataOf(pushed.value).photoReady).toMatchObject({ id, status: 'READY' });
    await disk.restoreDisk();
    const address = async () =>
      dataOf(await send(gateway, DownloadUrlDocument, { id })).downloadUrl.url;
    await expect.poll(address).toContain(`${gateway.url}/archive/`);
  });
});

describeStore('SQLite, with write-behind', async (audience) => {
  const fixture = await createSqliteFixture(audience);
  const writeBehind = (store: typeof fixture.store) =>
    createWriteBehindStore({
      store,
      now: () => fixture.clock.nowMs,
      log: { warn: () => undefined, error: () => undefined },
    });
  return {
    ...fixture,
    store: writeBehind(fixture.store),
    reopen: async () => writeBehind(await fixture.reopen()),
  };
});

import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import {
  PhotosDocument,
  PhotoStatusDocument,
  UploadPhotoDocument,
} from '../schema/typed/graphql.ts';
import { StoreUnavailableError } from '../src/photos/store/store-unavailable-error.ts';
import { startCutProxy } from './support/cut-proxy.ts';
import { connect, createFleetDatabase } from './support/fleet-database.ts';
import { readFixture } from './support/fixtures.ts';
import { dataOf, failureOf, send, sendFile } from './support/graphql-client.ts';
import { createDatabase, createDatabaseOn } from './support/postgres.ts';
import { startPostgresServer } from './support/postgres-server.ts';
import { answers, startScriptedProvider, type Answer } from './support/scripted-provider.ts';
import { startGatewayOf } from './support/start-gateway.ts';
import { begun, uploadOf } from './support/store-samples.ts';

const file = await readFixture('landscape-small.jpg');
const input = { file, repairType: 'REPAIR' } as const;
const keyed = { ...input, idempotencyKey: 'k' };

async function statusOf(gateway: { readonly url: string }, path: string) {
  const response = await fetch(`${gateway.url}${path}`);
  await response.body?.cancel();
  return response.status;
}

describe('while the database is away', () => {
  test.each(['fast', 'immediate'] as const)(
    'after a stop that is %s, nothing new is sent, and what was paid is stored when it is back',
    async (how) => {
      const uploads: PromiseWithResolvers<Answer>[] = [];
      await using provider = await startScriptedProvider(({ endpoint }, earlier) => {
        if (endpoint !== 'upload') return answers.processing;
        if (earlier > 0) return answers.uploaded(`photo-${earlier}`);
        const answer = Promise.withResolvers<Answer>();
        uploads.push(answer);
        return answer.promise;
      });
      await using server = await startPostgresServer();
      await using database = await createDatabaseOn(server);
      const env = { ...provider.env, DATABASE_URL: database.url, UPLOADS_PER_DAY: '9' };
      await using gateway = await startGatewayOf(env);
      const paid = sendFile(gateway, UploadPhotoDocument, keyed);
      await expect.poll(() => uploads.length).toBe(1);

      await server.stop(how);
      expect(await statusOf(gateway, '/health')).toBe(200);
      expect(await statusOf(gateway, '/ready')).toBe(503);
      const refused = failureOf(await sendFile(gateway, UploadPhotoDocument, input));
      expect(refused).toMatchObject({ code: 'UPLOAD_FAILED', retryable: true, charged: false });
      const reads = [
        send(gateway, PhotoStatusDocument, { id: 'photo-0' }),
        send(gateway, PhotosDocument, { first: 1 }),
        send(gateway, '{ photo(id: "photo-0") { id } }'),
        send(gateway, '{ quota { allowance { remaining } } }'),
      ];
      for (const read of reads)
        expect(failureOf(await read)).toMatchObject({ code: 'STORE_UNAVAILABLE', retryable: true });
      uploads[0]?.resolve(answers.uploaded('photo-0'));
      expect(dataOf(await paid).uploadPhoto.id).toBe('photo-0');

      await server.start();
      await expect.poll(() => statusOf(gateway, '/ready')).toBe(200);
      await using other = await startGatewayOf(env);
      const repeat = dataOf(await sendFile(other, UploadPhotoDocument, keyed));
      expect(repeat.uploadPhoto.id).toBe('photo-0');
      const anew = dataOf(await sendFile(other, UploadPhotoDocument, input));
      expect(anew.uploadPhoto.id).toBe('photo-1');
      expect(provider.uploads).toHaveLength(2);
    },
  );

  test('a gateway does not start, and says why in one line without the password', async () => {
    const DATABASE_URL = 'postgres://photos:hush@127.0.0.1:1/photos';
    await expect(startGatewayOf({ DATABASE_URL })).rejects.toThrow(
      /^DATABASE_URL 127\.0\.0\.1:1\/photos cannot be used \(.*ECONNREFUSED[^\n]*\): check that the server runs[^\n]*$/,
    );
  });
});

test('a network that swallows everything does not hold up a gateway that stops', async () => {
  await using provider = await startScriptedProvider(({ endpoint }) =>
    endpoint === 'upload' ? answers.uploaded('photo') : answers.processing,
  );
  await using database = await createDatabase();
  await using proxy = await startCutProxy(database.url);
  const DATABASE_URL = database.url.replace(/:\d+\//, `:${new URL(proxy.url).port}/`);
  await using gateway = await startGatewayOf({
    ...provider.env,
    DATABASE_URL,
    DRAIN_TIMEOUT_MS: '200',
  });
  dataOf(await sendFile(gateway, UploadPhotoDocument, input));
  proxy.swallow();
  const closed = gateway.close().then(() => 'closed');
  expect(await Promise.race([closed, delay(3000, 'late')])).toBe('closed');
});

test('a network that swallows everything holds no call for long, and nothing is lost when it is back', async () => {
  await using fleet = await createFleetDatabase();
  await using proxy = await startCutProxy(fleet.url);
  const url = fleet.url.replace(/:\d+\//, `:${new URL(proxy.url).port}/`);
  const store = await fleet.open({ url, statementTimeoutMs: 200, connectTimeoutMs: 200 });
  const key = { client: 'a', key: 'k' };
  await store.beginIdempotencyRecord(key, begun());
  const opened = await store.openUpload();
  proxy.swallow();
  const calls = [
    () => store.photo('p'),
    () => store.markIdempotencyRecordSent(key, null),
    () => store.complete('a', uploadOf('p'), key, opened),
    () => store.account(),
  ];
  await Promise.all(
    calls.map((call) => expect(call()).rejects.toBeInstanceOf(StoreUnavailableError)),
  );
  proxy.restore();
  await expect
    .poll(() => store.complete('a', uploadOf('p'), key, opened).catch(() => null))
    .toMatchObject({ id: 'p', revision: 1 });
  expect(await store.account()).toMatchObject({ runningUploads: 0, completedUploads: 1 });
});

test('a gateway waits for another that brings the tables up to date, however long that takes', async () => {
  await using fleet = await createFleetDatabase();
  await using other = await connect(fleet.url);
  await other.query('SELECT pg_advisory_lock(7241903551)');
  const opening = fleet.open({ statementTimeoutMs: 50 });
  await expect.poll(() => fleet.waiting()).toBe(1);
  await other.query('SELECT pg_sleep(0.2)');
  await other.query('SELECT pg_advisory_unlock(7241903551)');
  expect(await (await opening).completedUploads()).toBe(0);
});

test('a database of a newer version is refused in one line', async () => {
  await using fleet = await createFleetDatabase();
  const store = await fleet.open();
  await store.close();
  await fleet.execute('UPDATE schema_version SET version = 1000');
  await expect(fleet.open()).rejects.toThrow(
    /^DATABASE_URL [^\n]* was written by a newer photo-gateway \(its tables have version 1000, and this one knows \d+\): start that version, or name another database$/,
  );
});

test('a user who may not make tables is refused in one line', async () => {
  await using database = await createDatabase();
  await using fleet = await createFleetDatabase();
  await fleet.execute('DROP ROLE IF EXISTS guest; CREATE ROLE guest LOGIN');
  const url = database.url.replace('postgres@', 'guest@');
  await expect(fleet.open({ url })).rejects.toThrow(
    /^DATABASE_URL [^\n]* cannot be used \(permission denied[^\n]*\): let the user own the database$/,
  );
});

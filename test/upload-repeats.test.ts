import { pino } from 'pino';
import { describe, expect, test } from 'vitest';
import { PhotoStatusDocument, UploadPhotoDocument } from '../schema/typed/graphql.ts';
import { openSqliteStore } from '../src/photos/store/sqlite/sqlite-store.ts';
import { createWriteBehindStore } from '../src/photos/store/write-behind-store.ts';
import { readFixture } from './support/fixtures.ts';
import { dataOf, failureOf, send, sendFile } from './support/graphql-client.ts';
import { field, FORM_END, openForm, startForm } from './support/multipart-client.ts';
import { answers, startScriptedProvider, type Answer } from './support/scripted-provider.ts';
import { startBareServer } from './support/start-bare-server.ts';
import { startGatewayOf } from './support/start-gateway.ts';
import { startModule } from './support/start-module.ts';
import { diskFull, malformed, withFaults, type StoreFaults } from './support/store-faults.ts';
import { makeTemporaryDirectory } from './support/temporary-directory.ts';

const file = await readFixture('one-pixel.png');
const input = { file, repairType: 'REPAIR', idempotencyKey: 'key' } as const;

/** A gateway with a store that fails as `faults` says, and a provider that answers uploads with `upload`. */
async function start(upload: Answer, maxLateWrites = 100) {
  await using started = new AsyncDisposableStack();
  const provider = started.use(
    await startScriptedProvider(({ endpoint }, earlier) => {
      if (endpoint !== 'upload') return answers.processing;
      return upload === 'reset' ? upload : answers.uploaded(`photo-${earlier}`);
    }),
  );
  const directory = started.use(await makeTemporaryDirectory());
  const sqlite = await openSqliteStore({ directory: directory.path });
  started.defer(() => sqlite.close());
  const faults: StoreFaults = new Map();
  const log = pino({ level: 'silent' });
  const store = createWriteBehindStore({ store: withFaults(sqlite, faults), maxLateWrites, log });
  const url = provider.env['PHOTO_API_URL'] ?? '';
  const { photos } = started.use(await startModule(url, { store }));
  const server = started.use(await startBareServer(photos, { maxFileSizeBytes: 1_000_000 }));
  const running = started.move();
  return {
    endpoint: server.endpoint,
    photos,
    provider,
    faults,
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

const MAY_BE_CHARGED = { charged: null };

describe('a repeat of an upload that may have been charged says so', () => {
  test.each([
    ['its end could not be recorded on a full disk', ['markIdempotencyRecordUnknown', diskFull]],
    ['its end could not be recorded', ['markIdempotencyRecordUnknown', malformed]],
    ['its key cannot be looked up', ['findIdempotencyRecord', malformed]],
    ['the uploads cannot be counted', ['account', malformed]],
    ['its key cannot be released', ['ruleOutIdempotencyRecord', malformed]],
  ] as const)('if %s', async (_what, [method, fault]) => {
    await using gateway = await start('reset');
    if (method === 'markIdempotencyRecordUnknown') gateway.faults.set(method, fault);
    expect(failureOf(await sendFile(gateway, UploadPhotoDocument, input))).toMatchObject(
      MAY_BE_CHARGED,
    );
    gateway.faults.set(method, fault);
    const repeat = failureOf(await sendFile(gateway, UploadPhotoDocument, input));
    expect(repeat).toMatchObject({ code: 'UPLOAD_FAILED', retryable: true, charged: null });
    expect(gateway.provider.uploads).toHaveLength(1);
  });
});

test('the allowance of a released key is given back once, however long the disk is full', async () => {
  await using gateway = await start('reset');
  failureOf(await sendFile(gateway, UploadPhotoDocument, input));
  for (const method of ['releaseIdempotencyRecord', 'beginIdempotencyRecord', 'returnUpload'])
    gateway.faults.set(method, diskFull);
  for (const _ of [1, 2]) {
    const repeat = failureOf(await sendFile(gateway, UploadPhotoDocument, input));
    expect(repeat).toMatchObject({ code: 'UPLOAD_FAILED', charged: false });
  }
  expect(gateway.provider.uploads).toHaveLength(1);
  gateway.faults.clear();
  const again = failureOf(await sendFile(gateway, UploadPhotoDocument, input));
  expect(again).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE', charged: null });
  expect(gateway.provider.uploads).toHaveLength(2);
});

describe('an upload that is paid for and cannot be stored at all', () => {
  test('is given to its repeats', async () => {
    await using gateway = await start(answers.uploaded('photo-0'));
    gateway.faults.set('complete', malformed);
    for (const _ of [1, 2, 3]) {
      const { uploadPhoto } = dataOf(await sendFile(gateway, UploadPhotoDocument, input));
      expect(uploadPhoto).toMatchObject({ id: 'photo-0', repairType: 'REPAIR' });
    }
    expect(gateway.provider.uploads).toHaveLength(1);
  });

  test('belongs to its client alone', async () => {
    await using gateway = await start(answers.uploaded('photo-0'));
    gateway.faults.set('complete', malformed);
    const { id } = dataOf(await sendFile(gateway, UploadPhotoDocument, input)).uploadPhoto;
    dataOf(await send(gateway, PhotoStatusDocument, { id }));
    const other = { client: 'bert', uploadsPerDay: null, origin: 'http://localhost' };
    await expect(gateway.photos.status(other, id)).rejects.toMatchObject({
      code: 'PHOTO_NOT_FOUND',
    });
  });
});

test('an upload is not sent if there is no room to record its outcome', async () => {
  await using gateway = await start(answers.uploaded('any'), 4);
  gateway.faults.set('complete', diskFull);
  const unkeyed = { file, repairType: 'REPAIR' } as const;
  const { id } = dataOf(await sendFile(gateway, UploadPhotoDocument, unkeyed)).uploadPhoto;
  const refused = failureOf(await sendFile(gateway, UploadPhotoDocument, unkeyed));
  expect(refused).toMatchObject({ code: 'UPLOAD_FAILED', retryable: true, charged: false });
  expect(gateway.provider.uploads).toHaveLength(1);
  gateway.faults.clear();
  dataOf(await sendFile(gateway, UploadPhotoDocument, unkeyed));
  const own = dataOf(await send(gateway, `{ photo(id: "${id}") { id } }`));
  expect(own).toEqual({ photo: { id } });
});

test('a repeat with a broken form gets the outcome of the upload', async () => {
  const paid = Promise.withResolvers<void>();
  await using provider = await startScriptedProvider(async ({ endpoint }) => {
    if (endpoint !== 'upload') return answers.processing;
    await paid.promise;
    return answers.uploaded('photo-0');
  });
  await using gateway = await startGatewayOf(provider.env);
  const first = sendFile(gateway, UploadPhotoDocument, input);
  await expect.poll(() => provider.uploads.length).toBe(1);
  const query =
    'mutation ($file: Upload!) { uploadPhoto(file: $file, repairType: REPAIR, idempotencyKey: "key") { id } }';
  const repeat = startForm(gateway.endpoint);
  repeat.request.write(
    openForm([
      field('operations', { query, variables: { file: null } }),
      field('map', { 0: ['variables.file'] }),
    ]),
  );
  repeat.request.end(FORM_END);
  const answered = repeat.answer;
  // Time for the gateway to read what has arrived.
  await send(gateway, '{ __typename }');
  paid.resolve();
  dataOf(await first);
  expect(await answered).toMatchObject({ body: { data: { uploadPhoto: { id: 'photo-0' } } } });
});

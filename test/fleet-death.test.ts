import { expect, test } from 'vitest';
import { UploadPhotoDocument } from '../schema/typed/graphql.ts';
import { execute } from './support/fleet-database.ts';
import { readFixture } from './support/fixtures.ts';
import { dataOf, failureOf, send, sendFile } from './support/graphql-client.ts';
import { createDatabase } from './support/postgres.ts';
import { answers, startScriptedProvider } from './support/scripted-provider.ts';
import { jpegStart, startSlowUpload } from './support/slow-upload.ts';
import { spawnGateway } from './support/spawn-gateway.ts';
import { startGatewayOf } from './support/start-gateway.ts';

const file = await readFixture('landscape-small.jpg');
const keyed = { file, repairType: 'REPAIR', idempotencyKey: 'k' } as const;

/** A database, and the settings that put a gateway on it. */
async function startDatabase(env: Readonly<Record<string, string>>) {
  const database = await createDatabase();
  return {
    env: { ...env, DATABASE_URL: database.url, ARCHIVE_URL: 'off', UPLOAD_SETTLE_MS: '1' },
    uploadsOpen: async () => (await execute(database.url, 'SELECT FROM open_uploads')).length,
    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  };
}

test('an upload whose gateway was killed is charged once, whichever gateway its client asks', async () => {
  let charged = 0;
  await using provider = await startScriptedProvider(
    ({ endpoint }) => {
      if (endpoint !== 'upload') return answers.processing;
      charged += 1;
      return 'hang';
    },
    () => answers.nums(5 - charged),
  );
  // So long may the upload go on, for all that the others know.
  await using database = await startDatabase({ ...provider.env, UPLOAD_TIMEOUT_MS: '3000' });
  const doomed = await spawnGateway(database.env);
  await using other = await startGatewayOf(database.env);
  const lost = sendFile(doomed, UploadPhotoDocument, keyed).catch(() => 'lost');
  await expect.poll(() => provider.uploads.length).toBe(1);
  await doomed.kill();
  expect(await lost).toBe('lost');
  // It waits until the lease of the dead gateway has passed, and its upload must have ended.
  const retry = failureOf(await sendFile(other, UploadPhotoDocument, keyed));
  expect(retry).toMatchObject({ code: 'UPLOAD_OUTCOME_UNKNOWN', charged: null });
  expect(provider.uploads).toHaveLength(1);
  expect(await database.uploadsOpen()).toBe(0);
});

test('a gateway that stood still for longer than its lease does not send what another has taken over', async () => {
  await using provider = await startScriptedProvider(({ endpoint }, earlier) =>
    endpoint === 'upload' ? answers.uploaded(`photo-${earlier}`) : answers.processing,
  );
  await using database = await startDatabase({ ...provider.env, UPLOADS_PER_DAY: '5' });
  await using processes = new AsyncDisposableStack();
  const still = await spawnGateway(database.env);
  processes.defer(() => still.kill());
  await using other = await startGatewayOf(database.env);
  const slow = startSlowUpload(still, { idempotencyKey: 'k' });
  slow.write(jpegStart);
  await expect.poll(() => database.uploadsOpen()).toBe(1);
  still.pause();
  const retry = dataOf(await sendFile(other, UploadPhotoDocument, keyed));
  expect(retry.uploadPhoto.id).toBe('photo-0');

  still.resume();
  slow.end();
  expect(failureOf(await slow.result)).toMatchObject({ code: 'UPLOAD_FAILED', charged: false });
  expect(provider.uploads).toHaveLength(1);
  // Its client gets what the other has sent, as soon as it asks again.
  const { data } = await sendFile(still, UploadPhotoDocument, keyed);
  expect(data).toMatchObject({ uploadPhoto: { id: 'photo-0' } });
  // One upload of the allowance is used, and the other was given back once.
  expect(dataOf(await send(other, '{ quota { allowance { remaining } } }'))).toEqual({
    quota: { allowance: { remaining: 4 } },
  });
});

import { expect, test } from 'vitest';
import { QuotaDocument, UploadPhotoDocument } from '../schema/typed/graphql.ts';
import { readFixture } from './support/fixtures.ts';
import { dataOf, failureOf, send, sendFile } from './support/graphql-client.ts';
import { startGatewayOf } from './support/start-gateway.ts';
import { makeTemporaryDirectory } from './support/temporary-directory.ts';

const photo = await readFixture('landscape-small.jpg');

test('the embedded simulator keeps quota and originals under DATA_DIR over a restart', async () => {
  await using directory = await makeTemporaryDirectory();
  const env = { DATA_DIR: directory.path };
  let original: string;
  {
    await using gateway = await startGatewayOf({ ...env, SIMULATOR_UPLOADS: '3' });
    const variables = { file: photo, repairType: 'REPAIR' } as const;
    const { uploadPhoto } = dataOf(await sendFile(gateway, UploadPhotoDocument, variables));
    original = String(uploadPhoto.originalUrl);
  }
  await using gateway = await startGatewayOf(env);
  const { quota } = dataOf(await send(gateway, QuotaDocument, {}));
  expect(quota.remaining).toBe(2);
  expect(await (await fetch(original)).bytes()).toEqual(await photo.bytes());
});

test('SIMULATOR_UPLOADS sets the quota of the embedded simulator', async () => {
  await using gateway = await startGatewayOf({ SIMULATOR_UPLOADS: '0' });
  const { quota } = dataOf(await send(gateway, QuotaDocument, {}));
  expect(quota.remaining).toBe(0);
  const refused = await sendFile(gateway, UploadPhotoDocument, {
    file: photo,
    repairType: 'REPAIR',
  });
  expect(failureOf(refused)).toMatchObject({ code: 'QUOTA_EXHAUSTED', charged: false });
});

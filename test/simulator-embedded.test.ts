import { expect, test } from 'vitest';
import { QuotaDocument, UploadPhotoDocument } from '../schema/typed/graphql.ts';
import { readFixture } from './support/fixtures.ts';
import { dataOf, failureOf, send, sendFile } from './support/graphql-client.ts';
import { startGatewayOf } from './support/start-gateway.ts';

const photo = await readFixture('landscape-small.jpg');

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

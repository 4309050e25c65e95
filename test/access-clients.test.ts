import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  DownloadUrlDocument,
  PhotoDocument,
  PhotosDocument,
  PhotoStatusDocument,
  UploadPhotoDocument,
} from '../schema/typed/graphql.ts';
import type { Credentials } from './support/access-transports.ts';
import {
  makeKeysFile,
  startGuardedGateway,
  type GuardedGateway,
} from './support/access-gateway.ts';
import { startIssuer } from './support/access-issuer.ts';
import { streams } from './support/access-streams.ts';
import { readFixture } from './support/fixtures.ts';
import { dataOf, failureOf, send, sendFile } from './support/graphql-client.ts';

const file = await readFixture('landscape-small.jpg');
const started = new AsyncDisposableStack();
let gateway: GuardedGateway;
let anna: Credentials;
let bert: Credentials;
let annaByToken: Credentials;

beforeAll(async () => {
  const issuer = started.use(await startIssuer());
  const keys = started.use(await makeKeysFile());
  anna = { 'x-api-key': await keys.add('anna') };
  bert = { 'x-api-key': await keys.add('bert') };
  annaByToken = { authorization: `Bearer ${await issuer.token({ sub: 'anna' })}` };
  gateway = started.use(await startGuardedGateway({ ...issuer.env, API_KEYS_FILE: keys.path }));
});
afterAll(() => started.disposeAsync());

async function upload(credentials: Credentials, idempotencyKey: string): Promise<string> {
  const variables = { file, repairType: 'REPAIR', idempotencyKey } as const;
  return dataOf(await sendFile(gateway, UploadPhotoDocument, variables, credentials)).uploadPhoto
    .id;
}

async function listOf(credentials: Credentials): Promise<readonly string[]> {
  const { photos } = dataOf(await send(gateway, PhotosDocument, { first: 100 }, credentials));
  return photos.edges.map(({ node }) => node.id);
}

const NOT_FOUND = { code: 'PHOTO_NOT_FOUND', retryable: false };

describe('two clients', () => {
  test('see only their own photos, even if a key and a token have the same name', async () => {
    const photo = await upload(anna, 'one');
    expect(await listOf(anna)).toContain(photo);
    for (const other of [bert, annaByToken]) {
      expect(await listOf(other)).not.toContain(photo);
      const variables = { id: photo };
      expect(dataOf(await send(gateway, PhotoDocument, variables, other)).photo).toBeNull();
      const status = await send(gateway, PhotoStatusDocument, variables, other);
      expect(failureOf(status)).toMatchObject(NOT_FOUND);
      const download = await send(gateway, DownloadUrlDocument, variables, other);
      expect(failureOf(download)).toMatchObject(NOT_FOUND);
      for (const open of Object.values(streams)) {
        const events = await open(gateway.endpoint, other, photo);
        expect(await events.ended).toContain('"code":"PHOTO_NOT_FOUND"');
      }
    }
    for (const open of Object.values(streams)) {
      const events = await open(gateway.endpoint, anna, photo);
      expect(await events.ended).toContain(`{"data":{"photoReady":{"id":"${photo}"}}}`);
    }
  });

  test('have idempotency keys of their own', async () => {
    const photos = [
      await upload(anna, 'same'),
      await upload(bert, 'same'),
      await upload(annaByToken, 'same'),
    ];
    expect(new Set(photos).size).toBe(3);
    expect(await upload(anna, 'same')).toBe(photos[0]);
    expect(await upload(bert, 'same')).toBe(photos[1]);
  });
});

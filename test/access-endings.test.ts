import { writeFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { hashOfKey } from '../src/access/api-key.ts';
import { removeKeys } from '../src/access/key-commands.ts';
import { UploadPhotoDocument } from '../schema/typed/graphql.ts';
import type { Credentials } from './support/access-transports.ts';
import {
  makeKeysFile,
  startGuardedGateway,
  type GuardedGateway,
} from './support/access-gateway.ts';
import { secondsFromNow, startIssuer } from './support/access-issuer.ts';
import { endedByAccess, streams } from './support/access-streams.ts';
import { readFixture } from './support/fixtures.ts';
import { dataOf, sendFile } from './support/graphql-client.ts';

const file = await readFixture('landscape-small.jpg');
/** Longer than any test, so that a stream of such a photo ends only for the tested reason. */
const PROCESSING_MS = 600_000;

async function upload(gateway: GuardedGateway, credentials: Credentials): Promise<string> {
  const variables = { file, repairType: 'REPAIR' } as const;
  const result = await sendFile(gateway, UploadPhotoDocument, variables, credentials);
  return dataOf(result).uploadPhoto.id;
}

const soon = () => new Date(Date.now() + 4000).toISOString();
const idOf = (key: string) => hashOfKey(key).slice(0, 8);

describe.each(['server-sent events', 'WebSocket'] as const)(
  'a subscription over %s',
  (transport) => {
    const open = streams[transport];

    test('ends when its API key is removed; others go on', async () => {
      await using keys = await makeKeysFile();
      const key = { 'x-api-key': await keys.add('anna') };
      const other = { 'x-api-key': await keys.add('anna', { another: true }) };
      await using gateway = await startGuardedGateway({ API_KEYS_FILE: keys.path }, PROCESSING_MS);
      const photo = await upload(gateway, key);
      const stream = await open(gateway.endpoint, key, photo);
      const staying = await open(gateway.endpoint, other, photo);

      await removeKeys(keys.path, 'anna', idOf(key['x-api-key']));
      expect(await stream.ended).toEqual(endedByAccess[transport]);
      await upload(gateway, other);
      expect(staying.hasEnded).toBe(false);
      await removeKeys(keys.path, 'anna');
      expect(await staying.ended).toEqual(endedByAccess[transport]);
    });

    test('ends when its API key expires', async () => {
      await using keys = await makeKeysFile();
      const lasting = { 'x-api-key': await keys.add('anna') };
      await using gateway = await startGuardedGateway({ API_KEYS_FILE: keys.path }, PROCESSING_MS);
      const photo = await upload(gateway, lasting);
      const key = await keys.add('anna', { another: true, expires: soon() });
      await gateway.until(/API_KEYS_FILE has changed/);
      const stream = await open(gateway.endpoint, { 'x-api-key': key }, photo);
      expect(await stream.ended).toEqual(endedByAccess[transport]);
    });

    test('ends when its token expires, allowing 30 s of clock skew', async () => {
      await using issuer = await startIssuer();
      await using gateway = await startGuardedGateway(issuer.env, PROCESSING_MS);
      const photo = await upload(gateway, { authorization: `Bearer ${await issuer.token()}` });
      const token = await issuer.token({ exp: secondsFromNow(4 - 30) });
      const stream = await open(gateway.endpoint, { authorization: `Bearer ${token}` }, photo);
      expect(await stream.ended).toEqual(endedByAccess[transport]);
    });

    test('goes on while the keys file is malformed, and ends when a valid file lacks its key', async () => {
      await using keys = await makeKeysFile();
      const key = { 'x-api-key': await keys.add('anna') };
      await using gateway = await startGuardedGateway({ API_KEYS_FILE: keys.path }, PROCESSING_MS);
      const stream = await open(gateway.endpoint, key, await upload(gateway, key));
      await writeFile(keys.path, '{ "keys": [');
      await gateway.until(/API_KEYS_FILE cannot be used/);
      await upload(gateway, key);
      expect(stream.hasEnded).toBe(false);
      await writeFile(keys.path, '{ "keys": [] }');
      expect(await stream.ended).toEqual(endedByAccess[transport]);
    });
  },
);

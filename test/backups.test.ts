import { cp, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { PhotosDocument, UploadPhotoDocument } from '../schema/typed/graphql.ts';
import { readFixture } from './support/fixtures.ts';
import { dataOf, send, sendFile } from './support/graphql-client.ts';
import { spawnGateway } from './support/spawn-gateway.ts';
import { startGateway } from './support/start-gateway.ts';
import { makeTemporaryDirectory } from './support/temporary-directory.ts';

test('a snapshot of the files of a running store contains everything that it answered, and no other process can open the store', async () => {
  await using directory = await makeTemporaryDirectory();
  await using copies = await makeTemporaryDirectory();
  const copy = join(copies.path, 'data');
  const gateway = await spawnGateway({ DATA_DIR: directory.path, ARCHIVE_URL: 'off' });
  const file = await readFixture('landscape-small.jpg');
  const sent = await sendFile(gateway, UploadPhotoDocument, { file, repairType: 'REPAIR' });
  const { id } = dataOf(sent).uploadPhoto;
  expect(await readdir(directory.path)).toContain('photos.db-wal');
  using other = new DatabaseSync(join(directory.path, 'photos.db'));
  expect(() => other.prepare('SELECT count(*) FROM sqlite_schema').get()).toThrow('locked');
  // While it is stopped it writes nothing, as in a snapshot of the file system.
  gateway.pause();
  await cp(directory.path, copy, { recursive: true });
  await gateway.kill();
  await using restored = await startGateway({ DATA_DIR: copy, ARCHIVE_URL: 'off' });
  const { photos } = dataOf(await send(restored, PhotosDocument, { first: 10 }));
  expect(photos.edges.map(({ node }) => node.id)).toEqual([id]);
});

test('a store that was closed gracefully is one file', async () => {
  await using directory = await makeTemporaryDirectory();
  const gateway = await startGateway({ DATA_DIR: directory.path, ARCHIVE_URL: 'off' });
  await gateway.close();
  expect(await readdir(directory.path)).toEqual(['photos.db']);
});

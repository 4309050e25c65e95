import { copyFile, mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { createAddressSigner } from '../src/photos/archive/address-signer.ts';
import { createFolderArchive } from '../src/photos/archive/folder-archive.ts';
import { purgeExpired } from '../src/photos/archive/purge-expired.ts';
import { migrate } from '../src/photos/store/sqlite/migrate.ts';
import { MIGRATIONS } from '../src/photos/store/sqlite/migrations.ts';
import { openSqliteStore } from '../src/photos/store/sqlite/sqlite-store.ts';
import { startGatewayOf } from './support/start-gateway.ts';
import { at, idsOf, photosOf, pictureOf, T0, uploadOf } from './support/store-samples.ts';
import { makeTemporaryDirectory } from './support/temporary-directory.ts';

const HOUR_MS = 3_600_000;
const signingKey = Buffer.alloc(32, 'key');
const picture = new URL('fixtures/landscape-small.jpg', import.meta.url);

/** The database and archive of the previous version, which kept one picture for each id. */
async function makeEarlier() {
  await using made = new AsyncDisposableStack();
  const { path: directory } = made.use(await makeTemporaryDirectory());
  using database = new DatabaseSync(join(directory, 'photos.db'));
  migrate(database, MIGRATIONS.slice(0, 2));
  database.prepare('UPDATE gateway SET signing_key = ?').run(signingKey);
  const insert = database.prepare(`
    INSERT INTO photos (id, revision, status, repair_type, background, original_url, size_bytes,
      uploaded_at, ready_at, expires_at, watched, archived_at, archived_media_type,
      archived_size_bytes, archived_sha256)
    VALUES (?, ?, ?, 'REPAIR', NULL, ?, 1234567, ?, ?, ?, ?, ?, ?, ?, ?)`);
  const own = database.prepare('INSERT INTO uploads VALUES (?, ?, ?, ?, ?)');
  const kept = [T0 + 7000, 'image/jpeg', 4_000_000] as const;
  const never = [null, null, null, null] as const;
  const photos = [
    ['Kept', 2, 'READY', T0 + 1, null, 0, [...kept, 'Kept']],
    ['brief', 1, 'READY', T0 + 1, T0 + HOUR_MS, 0, [...kept, 'brief']],
    ['ready', 1, 'READY', T0 + 1, T0 + 1 + HOUR_MS, 0, never],
    ['gone', 3, 'EXPIRED', T0 + 1, T0 + 1 + HOUR_MS, 0, never],
    ['processing', 1, 'PROCESSING', null, null, 1, never],
    ['unowned', 0, 'READY', T0 + 1, T0 + 1 + HOUR_MS, 0, never],
  ] as const;
  for (const [id, revision, status, readyAt, expiresAt, watched, archived] of photos) {
    const url = `https://photo.example.com/static/${id}_out.jpg`;
    insert.run(id, revision, status, url, T0, readyAt, expiresAt, watched, ...archived);
    if (revision > 0) own.run('a', id, T0, status, expiresAt);
  }
  own.run('b', 'Kept', T0 + 5, 'READY', null);
  // As that version named them.
  for (const file of ['c1/photo-kept.8', '29/photo-brief']) {
    const path = join(directory, 'archive', file);
    await mkdir(dirname(path), { recursive: true });
    await copyFile(picture, path);
  }
  const whole = made.move();
  return { directory, [Symbol.asyncDispose]: () => whole.disposeAsync() };
}

test('a database of the previous version is read correctly', async () => {
  await using earlier = await makeEarlier();
  const store = await openSqliteStore({ directory: earlier.directory, now: () => T0 + 10 });
  await using closing = new AsyncDisposableStack();
  closing.defer(() => store.close());

  const kept = {
    id: 'Kept',
    revision: 2,
    status: 'READY',
    repairType: 'REPAIR',
    background: null,
    name: null,
    originalUrl: 'https://photo.example.com/static/Kept_out.jpg',
    sizeBytes: 1_234_567,
    readyAt: at(1),
    expiresAt: null,
    watched: false,
    archived: pictureOf('Kept'),
    original: null,
  };
  expect(await store.photo('Kept')).toEqual({ ...kept, uploadedAt: at(0) });
  expect(await store.photoOf('a', 'Kept')).toEqual({ ...kept, uploadedAt: at(0) });
  expect(await store.photoOf('b', 'Kept')).toEqual({ ...kept, uploadedAt: at(5) });
  expect(await store.picture('Kept')).toEqual(pictureOf('Kept'));
  expect(await store.photoOf('c', 'Kept')).toBe('foreign');
  expect(await store.photoOf('c', 'unowned')).toMatchObject({ status: 'READY', revision: 0 });
  for (const [id, status] of Object.entries({ ready: 'READY', gone: 'EXPIRED' })) {
    const photo = await store.photo(id);
    expect(photo).toMatchObject({ status, readyAt: at(1), archived: null });
    expect(await store.photoOf('a', id)).toEqual(photo);
  }
  expect(idsOf(await store.watched())).toEqual(['processing']);
  expect(idsOf(await store.unarchived())).toEqual(['ready']);
  const page = await store.list({ client: 'a', first: 9, after: null, status: 'READY' });
  expect(idsOf(photosOf(page))).toEqual(['ready', 'brief', 'Kept']);
});

test('a photo of the previous version stays its client’s own when another client uploads it', async () => {
  await using earlier = await makeEarlier();
  const store = await openSqliteStore({ directory: earlier.directory, now: () => T0 + 10 });
  await using closing = new AsyncDisposableStack();
  closing.defer(() => store.close());
  const before = await store.photoOf('b', 'Kept');
  const { revision } = await store.complete('a', uploadOf('Kept'), null);
  await store.markReady('Kept', revision, at(9), at(9 + HOUR_MS));
  await store.markArchived('Kept', revision, pictureOf('Kept', 'Kept.r3'), null);
  expect(await store.photoOf('a', 'Kept')).toMatchObject({ archived: { name: 'Kept.r3' } });
  expect(await store.photoOf('b', 'Kept')).toEqual(before);
  expect(await store.picture('Kept')).toEqual(pictureOf('Kept'));
  // The watch of earlier uploads goes on.
  await store.markReady('processing', 1, at(9), at(9 + HOUR_MS));
  expect(await store.photoOf('a', 'processing')).toMatchObject({ status: 'READY' });
});

test('a picture of the previous version is purged when it expires', async () => {
  await using earlier = await makeEarlier();
  const store = await openSqliteStore({ directory: earlier.directory, now: () => T0 + HOUR_MS });
  await using closing = new AsyncDisposableStack();
  closing.defer(() => store.close());
  const directory = join(earlier.directory, 'archive');
  const archive = await createFolderArchive({ directory, signingKey });
  await readFile(archive.pathOf('brief'));
  await purgeExpired({ store, archive, stepSize: 10 }, new AbortController().signal);
  await expect(readFile(archive.pathOf('brief'))).rejects.toMatchObject({ code: 'ENOENT' });
  await readFile(archive.pathOf('Kept'));
  expect(await store.photoOf('a', 'brief')).toMatchObject({ status: 'EXPIRED', archived: null });
});

test('an address that the previous version signed works', async () => {
  await using earlier = await makeEarlier();
  const env = { DATA_DIR: earlier.directory, ARCHIVE_URL: '' };
  await using gateway = await startGatewayOf(env);
  const query = createAddressSigner({ signingKey }).sign('Kept', new Date(Date.now() + 60_000));
  const response = await fetch(`${gateway.url}/archive/Kept?${query}`);
  expect(response.status).toBe(200);
  expect(Buffer.from(await response.arrayBuffer()).equals(await readFile(picture))).toBe(true);
});

import { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { openSqliteStore } from '../src/photos/store/sqlite/sqlite-store.ts';
import type { Store } from '../src/photos/store/store.ts';
import { createFleetDatabase, type FleetDatabase } from './support/fleet-database.ts';
import { runProgram } from './support/run-program.ts';
import { at, begun, HOUR_MS, makeKept, makeReady, T0, uploadOf } from './support/store-samples.ts';
import { makeFolder } from './support/store-sqlite-fixture.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const now = () => T0 + 1000;
const period = '2026-01-31';
const unknown = { client: 'a', key: 'unknown \\ ' };
const succeeded = { client: 'a', key: 'succeeded' };
const left = { client: 'a', key: 'left' };

/** Runs `npm run import` as an operator does. */
function importInto(fleet: FleetDatabase, directory: string) {
  return runProgram('npm', ['run', '--silent', 'import', '--', directory], {
    cwd: root,
    env: { ...process.env, DATABASE_URL: fleet.url },
  });
}

/** Leaves a store that has something of everything. */
async function leaveStore(directory: string) {
  const audience = {
    isEmpty: false,
    receiversOf: (client: string) => (client === 'd' ? ['r', 's'] : []),
    onAdded: () => undefined,
  };
  const store = await openSqliteStore({ directory, now, steadyNow: () => 0, audience });
  await makeReady(store, 'told', 0, 'd');
  await store.outbox.disable('r', 'hash');
  await makeReady(store, 'ready');
  await makeKept(store, 'kept', HOUR_MS);
  await makeKept(store, 'again', null, 'b');
  await store.complete('a', uploadOf('again', { uploadedAt: at(5), name: '祖母.jpg' }), null);
  await store.markReady('unowned', 0, at(0), at(HOUR_MS));
  await store.beginIdempotencyRecord(unknown, { fingerprint: 'f', period });
  await store.markIdempotencyRecordSent(unknown, { remaining: 7, completedUploads: 3 });
  await store.markIdempotencyRecordUnknown(unknown);
  await store.beginIdempotencyRecord(succeeded, begun());
  const originalFile = { mediaType: 'image/png', sizeBytes: 9 };
  await store.complete('a', uploadOf('p', { originalFile }), succeeded);
  await store.markOriginalsKept([{ id: 'p', revision: 1 }]);
  await store.beginIdempotencyRecord(left, begun());
  await store.takeUpload('a', period, 5);
  await store.saveSamples('REPAIR', { weights: [1, 1e-300], name: '修復' });
  for (let n = 0; n < 600; n += 1) await store.complete('c', uploadOf(`c${n}`), null);
  const found = await contentOf(store);
  await store.close();
  return found;
}

/** Everything in a store that can be asked for. */
async function contentOf(store: Store) {
  const ids = ['ready', 'kept', 'again', 'unowned', 'p', 'c599', 'none'];
  // The clock of the store goes on while it is moved, and the attempt has a name of its own there.
  const record = async (recordKey: typeof unknown) => ({
    ...(await store.findIdempotencyRecord(recordKey)),
    attempt: '',
    endedAgoMs: 0,
  });
  return {
    photos: await Promise.all(ids.map((id) => store.photo(id))),
    own: await Promise.all(
      ids.flatMap((id) => ['a', 'b'].map(async (client) => store.photoOf(client, id))),
    ),
    listed: await store.list({ client: 'a', first: 50, after: null, status: null }),
    many: (await store.list({ client: 'c', first: 1000, after: null, status: null })).entries
      .length,
    watched: (await store.watched()).length,
    picture: await store.picture('kept'),
    original: await store.original('p', 1),
    records: await Promise.all([unknown, succeeded].map(record)),
    taken: await store.takenUploads('a', period),
    samples: await store.loadSamples(),
    deliveries: await store.outbox.list({}, 10),
    disabled: await store.outbox.disabled(),
    completed: await store.completedUploads(),
    key: Buffer.from(await store.signingKey()).toString('hex'),
  };
}

test('an embedded store is moved into PostgreSQL with everything in it', async () => {
  await using folder = await makeFolder();
  await using fleet = await createFleetDatabase();
  const before = await leaveStore(folder.path);
  const run = await importInto(fleet, folder.path);
  expect(run).toMatchObject({ exitCode: 0, stderr: '' });
  expect(run.stdout).toMatch(
    /^Imported 606 photos, 606 uploads, 2 pictures, 1 originals, 2 attempts, 1 allowances, 2 deliveries, 1 disabled_receivers, 1 times\. [^\n]+\n$/,
  );
  const store = await fleet.open({ now, steadyNow: () => 0 });
  expect(await contentOf(store)).toEqual(before);
  // What was running when the gateway stopped is settled.
  expect(await store.beginIdempotencyRecord(left, begun())).toBeNull();
});

test('a database that has records is refused, and left unchanged', async () => {
  await using folder = await makeFolder();
  await using fleet = await createFleetDatabase();
  const store = await fleet.open();
  await store.takeUpload('a', period, 5);
  await (await openSqliteStore({ directory: folder.path })).close();
  expect(await importInto(fleet, folder.path)).toMatchObject({
    exitCode: 1,
    stdout: '',
    stderr: 'DATABASE_URL names a database that gateways use now: stop them first\n',
  });
  await store.close();
  expect(await importInto(fleet, folder.path)).toMatchObject({
    exitCode: 1,
    stderr: 'DATABASE_URL names a database that has records: name an empty one\n',
  });
  expect(await (await fleet.open()).takenUploads('a', period)).toBe(1);
});

test('an import that fails half-way leaves nothing', async () => {
  await using folder = await makeFolder();
  await using fleet = await createFleetDatabase();
  await leaveStore(folder.path);
  {
    using database = new DatabaseSync(join(folder.path, 'photos.db'));
    database.exec("UPDATE allowances SET period = 'a' || char(0)");
  }
  const run = await importInto(fleet, folder.path);
  expect(run).toMatchObject({ exitCode: 1, stdout: '' });
  const store = await fleet.open();
  expect(await store.photo('ready')).toBeNull();
  expect(await store.completedUploads()).toBe(0);
});

test('a folder that is in use, or has no store, is refused', async () => {
  await using folder = await makeFolder();
  await using fleet = await createFleetDatabase();
  const none = await importInto(fleet, folder.path);
  expect(none).toMatchObject({ exitCode: 1, stdout: '' });
  expect(none.stderr).toBe(
    `DATA_DIR ${folder.path} holds no photos.db: name the folder of a store\n`,
  );
  const store = await openSqliteStore({ directory: folder.path });
  const used = await importInto(fleet, folder.path);
  await store.close();
  expect(used).toMatchObject({ exitCode: 1, stdout: '' });
  expect(used.stderr).toContain('is in use by another photo-gateway');
});

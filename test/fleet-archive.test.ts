import { createServer } from 'node:http';
import { expect, test, vi } from 'vitest';
import { createFolderArchive } from '../src/photos/archive/folder-archive.ts';
import { createOwnAddresses } from '../src/photos/archive/own-addresses.ts';
import { openFetcher } from './support/archive-fetcher.ts';
import { readFleetStatus } from '../src/photos/fleet/fleet-status.ts';
import { openPostgresStore } from '../src/photos/store/postgres/postgres-store.ts';
import { quietLog } from './support/quiet-log.ts';
import { readPicture } from './support/archive-sources.ts';
import { execute } from './support/fleet-database.ts';
import { anna, nodeOf, startFleet } from './support/fleet.ts';
import { listen } from './support/listen.ts';
import { uploadTo } from './support/start-module.ts';
import { makeTemporaryDirectory } from './support/temporary-directory.ts';

/** A folder that several nodes share, and a server of pictures that fails as often as it is told. */
async function openShared(failuresOf: (id: string) => number = () => 0) {
  await using opened = new AsyncDisposableStack();
  const directory = opened.use(await makeTemporaryDirectory());
  const picture = await readPicture();
  const requests: string[] = [];
  const pictures = opened.use(
    await listen(
      createServer((req, res) => {
        const id = req.url?.slice(1) ?? '';
        const earlier = requests.filter((request) => request === id).length;
        requests.push(id);
        if (earlier < failuresOf(id)) res.writeHead(503).end();
        else res.end(picture);
      }),
    ),
  );
  const fetcher = opened.use(openFetcher(pictures.url));
  const signingKey = Buffer.alloc(32);
  const ownAddresses = createOwnAddresses({ signingKey });
  const archive = await createFolderArchive({ directory: directory.path, signingKey });
  opened.defer(() => archive.close());
  const running = opened.move();
  return {
    picturesUrl: pictures.url,
    requests,
    archiving: {
      archive,
      ownAddresses,
      fetchResult: fetcher.fetchResult,
      keepForMs: null,
      originalsDirectory: archive.incoming,
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

test('each picture is fetched by one node of the fleet, and kept, as is what was uploaded', async () => {
  await using shared = await openShared((id) => (id === 'photo-0' ? 1 : 0));
  await using fleet = await startFleet(2, shared);
  const ids: string[] = [];
  for (let index = 0; index < 6; index += 1) {
    const { id } = await uploadTo(nodeOf(fleet, index % 2).photos, anna);
    ids.push(id);
    fleet.ready.add(id);
  }
  const signal = new AbortController().signal;
  for (const id of ids) {
    // Whichever node is asked, the other may be the one that fetches it.
    for (const { photos } of fleet.nodes) {
      await expect
        .poll(async () => (await photos.downloadUrl(anna, id)).url)
        .toContain(`/archive/${id}`);
    }
    // The first attempt with the first photo fails, and its request gets no picture.
    const found = await vi.waitUntil(async () => {
      const pictures = fleet.nodes.map(async (node) => node.photos.archived(id, signal));
      const names = (await Promise.all(pictures)).map((picture) => picture?.name);
      return names.includes(undefined) ? null : names;
    }, 10_000);
    expect(found).toEqual([id, id]);
    for (const { photos } of fleet.nodes) {
      const kept = await photos.photo(anna, id);
      expect(kept?.original).toMatchObject({ name: `${id}.original` });
    }
  }
  expect(shared.requests.toSorted()).toEqual(['photo-0', ...ids].toSorted());
  expect(await execute(fleet.database.url, 'SELECT FROM bullmq.job')).toEqual([]);
});

test('a picture that the provider deletes too early is listed as lost, whichever node tried last', async () => {
  let aheadMs = 0;
  await using shared = await openShared(() => Infinity);
  await using fleet = await startFleet(2, { ...shared, now: () => Date.now() + aheadMs });
  const { id } = await uploadTo(nodeOf(fleet, 0).photos, anna);
  fleet.ready.add(id);
  await expect.poll(() => shared.requests.length).toBeGreaterThan(0);
  aheadMs = 2 * 3_600_000;
  fleet.missing.add(id);
  const store = await openPostgresStore({
    url: fleet.database.url,
    uploadTimeoutMs: 0,
    log: quietLog,
  });
  await using _ = { [Symbol.asyncDispose]: () => store.close() };
  await expect
    .poll(async () => (await readFleetStatus(store.database)).lost)
    .toMatchObject([{ photoId: id, reason: expect.stringContaining('deleted') }]);
  expect(await nodeOf(fleet, 1).photos.photo(anna, id)).toMatchObject({ status: 'EXPIRED' });
});

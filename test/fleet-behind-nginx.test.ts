import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { archivedIds } from './support/archived-ids.ts';
import { readFixture } from './support/fixtures.ts';
import {
  connectWebSocket,
  eventsByEventStream,
  uploadUntilDecided,
} from './support/fleet-clients.ts';
import { freePort } from './support/free-port.ts';
import { dataOf } from './support/graphql-client.ts';
import { createDisturbances, pairsOf } from './support/disturbances.ts';
import { startLedgerProvider } from './support/ledger-provider.ts';
import { hasNginx, startDeployedNginx, type DeployedNginx } from './support/nginx.ts';
import { createDatabaseOn } from './support/postgres.ts';
import { startPostgresServer } from './support/postgres-server.ts';
import { seededRandom } from './support/seeded-random.ts';
import { spawnGateway, type SpawnedGateway } from './support/spawn-gateway.ts';
import { makeTemporaryDirectory } from './support/temporary-directory.ts';

/** `npm run test:soak` asks for more. */
const PHOTOS = Number(process.env['FLEET_PHOTOS'] ?? 60);
const CLIENTS = 30;
/** How long the provider takes for a photo: so long that some are in flight whatever happens. */
const PROCESSING_MS = { least: 1500, most: 5000 };
const POLL_INTERVAL_MS = 1000;
/** The shortest pause between two polls of one poll loop, once a gateway has learned. Two loops would be closer. */
const LEAST_GAP_MS = 25;
/** How long after the database is back its jobs may still change hands. */
const UNSETTLED_MS = 7000;

const picture = await readFixture('landscape-small.jpg');

/** The file of each upload has its own size, by which the provider's ledger identifies it. */
const fileOf = (number: number) => new Blob([picture, new Uint8Array(number)]);

const logLine = z.object({ requestId: z.string(), status: z.number(), gateway: z.string() });

if (!hasNginx) console.warn('SKIPPED: no nginx on this machine, so no fleet is tested behind it');

describe.runIf(hasNginx || process.env['CI'])('three gateways behind the deployed nginx', () => {
  test('each photo is paid, polled, archived and delivered once, while gateways and database fail', async () => {
    const random = seededRandom();
    await using provider = await startLedgerProvider({
      processingMs: () =>
        PROCESSING_MS.least + random() * (PROCESSING_MS.most - PROCESSING_MS.least),
    });
    await using server = await startPostgresServer();
    await using database = await createDatabaseOn(server);
    await using directory = await makeTemporaryDirectory();
    const archive = join(directory.path, 'archive');
    const ports = [await freePort(), await freePort(), await freePort()] as const;
    await using processes = new AsyncDisposableStack();

    async function start(name: string, port: number): Promise<SpawnedGateway> {
      const gateway = await spawnGateway({
        ...provider.envOf(name),
        PORT: `${port}`,
        DATABASE_URL: database.url,
        ARCHIVE_URL: `file:${archive}`,
        DATA_DIR: join(directory.path, name),
        TRUSTED_PROXIES: '127.0.0.1',
        POLL_INTERVAL_MS: `${POLL_INTERVAL_MS}`,
        UPLOAD_SETTLE_MS: '2000',
        UPLOAD_TIMEOUT_MS: '5000',
      });
      processes.defer(() => gateway.kill());
      return gateway;
    }

    const [first, second] = await Promise.all([
      start('first', ports[0]),
      start('second', ports[1]),
      start('third', ports[2]),
    ]);
    await using nginx = await startDeployedNginx(ports);
    const target = { endpoint: `${nginx.url}/graphql` };
    await using connections = new AsyncDisposableStack();
    const webSockets = Array.from({ length: CLIENTS }, (_, client) =>
      connections.use(connectWebSocket(target, `web-socket-${client}`)),
    );

    const photos = new Map<number, string>();
    const lost: number[] = [];
    const deliveries: number[] = [];
    const disturbances = createDisturbances();

    /** Uploads a photo, and delivers it to two others. */
    async function restore(number: number) {
      const key = `upload-${number}`;
      const id = await uploadUntilDecided(target, { file: fileOf(number), key });
      if (id === null) {
        lost.push(number);
        return;
      }
      photos.set(number, id);
      const received = await Promise.all([
        eventsByEventStream(target, { id, requestId: `stream-${number}` }),
        webSockets[(number + 1) % CLIENTS]?.events(id) ?? [],
      ]);
      for (const events of received) {
        deliveries.push(events.length);
        for (const event of events)
          expect(dataOf(event).photoReady).toMatchObject({ id, status: 'READY' });
      }
    }

    async function runClient(client: number) {
      for (let number = client; number < PHOTOS; number += CLIENTS) await restore(number);
    }

    async function decided(fraction: number) {
      await expect
        .poll(() => photos.size + lost.length, { timeout: 120_000 })
        .toBeGreaterThanOrEqual(PHOTOS * fraction);
    }

    async function disturbAll() {
      await decided(1 / 3);
      disturbances.gatewayEnds('first');
      await first.kill();
      await start('fresh', ports[0]);
      await decided(1 / 2);
      disturbances.gatewayEnds('second');
      expect(await second.stop()).toBe(0);
      await decided(2 / 3);
      const settledAt = disturbances.databaseEnds();
      await server.stop('fast');
      await delay(500);
      await server.start();
      settledAt(performance.now() + UNSETTLED_MS);
    }

    await Promise.all([
      disturbAll(),
      ...Array.from({ length: CLIENTS }, (_, client) => runClient(client)),
    ]);

    expect(deliveries).toEqual(deliveries.map(() => 1));
    expect(deliveries).toHaveLength(2 * photos.size);
    expect(new Set(photos.values()).size).toBe(photos.size);
    // Only what a killed gateway alone knew may be lost, and nobody pays twice for it.
    expect(lost.length).toBeLessThan(CLIENTS);
    for (const number of photos.keys())
      expect({ number, charges: provider.charges(fileOf(number).size) }).toEqual({
        number,
        charges: 1,
      });
    for (const number of lost) expect(provider.charges(fileOf(number).size)).toBeLessThan(2);

    await expect
      .poll(() => archivedIds(target), { timeout: 90_000, interval: 500 })
      .toEqual([...photos.values()].toSorted());
    expect(await restoredIn(archive)).toHaveLength(photos.size);
    const polls = [...photos.values()].flatMap((id) => pairsOf(provider.polls.get(id)));
    const [kept, takenOver] = split(polls, ([one, next]) => one.gateway === next.gateway);
    expect(takenOver.filter(([one, next]) => !disturbances.excuse(one, next))).toEqual([]);
    expect(takenOver.length).toBeGreaterThan(0);
    expect(kept.filter(([one, next]) => next.atMs - one.atMs < LEAST_GAP_MS)).toEqual([]);
    const downloads = [...photos.values()].flatMap((id) => pairsOf(provider.downloads.get(id)));
    expect(
      downloads.filter(
        ([one, next]) => !disturbances.excuse(one, next) && !disturbances.excuseRepeat(one),
      ),
    ).toEqual([]);

    await connections.disposeAsync();
    const gateways = await gatewaysByRequest(nginx);
    const elsewhere = [...photos.keys()].filter((number) => {
      const [uploader] = gateways(`upload-${number}`).slice(-1);
      const subscribers = [
        ...gateways(`stream-${number}`).slice(-1),
        ...gateways(`web-socket-${(number + 1) % CLIENTS}`),
      ];
      return subscribers.some((gateway) => gateway !== uploader);
    });
    expect(elsewhere.length).toBeGreaterThan(photos.size / 3);
    for (const port of ports) expect(gateways('')).toContain(`127.0.0.1:${port}`);
    console.log(
      `${photos.size} photos, ${lost.length} uploads of unknown outcome, ${provider.charged} charges, ` +
        `${deliveries.length} deliveries (${elsewhere.length} photos with a subscriber on another gateway than the upload), ` +
        `${polls.length + photos.size} polls, ${takenOver.length} of them take-overs, ` +
        `${takenOver.filter(([one, next]) => next.atMs - one.atMs < POLL_INTERVAL_MS / 2).length} of these within half an interval, ` +
        `${downloads.length} pictures fetched twice`,
    );
  }, 600_000);
});

function split<Item>(items: readonly Item[], belongs: (item: Item) => boolean) {
  return [items.filter(belongs), items.filter((item) => !belongs(item))] as const;
}

/** The restored pictures, without those as they were uploaded, and what a killed gateway was writing. */
async function restoredIn(directory: string) {
  const names = await readdir(directory, { recursive: true });
  return names.filter((name) => /photo-(?!.*\.original)/.test(name));
}

/** The gateways that answered requests with this id, in their order; of all requests for an empty one. */
async function gatewaysByRequest(nginx: DeployedNginx) {
  const lines = (await nginx.log()).map((line) => logLine.parse(JSON.parse(line)));
  return (id: string) =>
    lines
      .filter(({ requestId, status }) => (id === '' || requestId === id) && status < 400)
      // Those that could not be reached come first.
      .map(({ gateway }) => gateway.split(', ').at(-1) ?? '');
}

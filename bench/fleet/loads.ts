import { setTimeout as delay } from 'node:timers/promises';
import { uploadBytes } from '../driver/multipart.ts';
import { openQueryLoad } from '../driver/query-load.ts';
import { queryBytes } from '../driver/requests.ts';
import { uploadAll } from '../driver/upload-load.ts';
import { nowMs } from '../measure/clock.ts';
import { AT_ONCE } from '../provider/photo-book.ts';
import { statusQuery, untilStatus } from '../scenarios/photo-status.ts';
import { pushFigures } from '../scenarios/push-figures.ts';
import type { Figures } from '../scenarios/scenario.ts';
import { uploadPhotos } from '../scenarios/upload-photos.ts';
import { waitForPhotos } from '../scenarios/wait-for-photos.ts';
import type { Subject } from '../subjects/subject.ts';
import type { FleetScale } from './fleet-scale.ts';
import type { BenchFleet } from './start-fleet.ts';

const FILE_MIB = 8;
const TOGETHER = 16;
const CONNECTIONS = 48;

/** The CPU that the gateways and the database use from now on, in seconds. */
function watchCpu({ nodes, database }: BenchFleet) {
  const ours = () => nodes.reduce((sum, { usage }) => sum + usage.cpuSeconds(), 0);
  const theirs = () => database?.cpuSeconds() ?? 0;
  const [before, databaseBefore] = [ours(), theirs()];
  return () => ({ gateways: ours() - before, database: theirs() - databaseBefore });
}

/** Uploads through each node its share. Resolves to the ids by node. */
export async function shareOut(
  nodes: readonly Subject[],
  photos: number,
): Promise<readonly (readonly string[])[]> {
  const share = Math.ceil(photos / nodes.length);
  const together = Math.ceil(TOGETHER / nodes.length);
  const tallies = await Promise.all(nodes.map((node) => uploadPhotos(node, share, together)));
  return tallies.map(({ ids }) => ids);
}

/**
 * Photos from the upload to the push, each awaited on another node than that of its upload.
 *
 * @param idleTransactions those that the fleet makes in a second without photos.
 */
export async function measurePhotos(
  fleet: BenchFleet,
  scale: FleetScale,
  idleTransactions: number,
): Promise<Figures> {
  const { nodes, provider, database } = fleet;
  await provider.setTimes(scale.times);
  const earlier = new Set((await provider.report()).photos.map(({ id }) => id));
  const cpu = watchCpu(fleet);
  const commitsBefore = (await database?.commits()) ?? 0;
  const startedAt = nowMs();
  const uploaded = await shareOut(nodes, scale.photos);
  const uploadSeconds = (nowMs() - startedAt) / 1000;
  const photos = uploaded.flat().length;
  await using waiting = new AsyncDisposableStack();
  const streams = uploaded.flatMap((ids, index) => {
    const subscriber = nodes[(index + 1) % nodes.length];
    if (subscriber === undefined) return [];
    const groups = ids.map((id) => [id]);
    return [waiting.use(waitForPhotos('gateway', subscriber, groups))];
  });
  const told = (await Promise.all(streams.map((stream) => stream.told))).flat();
  const report = await provider.report();
  const used = cpu();
  await delay(scale.settleMs);
  const commits = ((await database?.commits()) ?? 0) - commitsBefore;
  const idle = ((nowMs() - startedAt) / 1000) * idleTransactions;
  const shared = database !== null && {
    transactions: (commits - idle) / photos,
    databaseCpu: (used.database / photos) * 1000,
  };
  return {
    ...shared,
    ...pushFigures(told, { ...report, photos: report.photos.filter(({ id }) => !earlier.has(id)) }),
    uploads: photos / uploadSeconds,
    uploadCpu: (used.gateways / photos) * 1000,
  };
}

/** Uploads of 8 MiB through all nodes at once. */
export async function measureBytes(fleet: BenchFleet, scale: FleetScale): Promise<Figures> {
  const { nodes, provider } = fleet;
  await provider.setTimes(AT_ONCE);
  const cpu = watchCpu(fleet);
  const startedAt = nowMs();
  const share = Math.ceil(scale.uploads / nodes.length);
  const together = Math.ceil(TOGETHER / nodes.length);
  await Promise.all(
    nodes.map(({ endpoint, fileScalar }) => {
      const request = uploadBytes(endpoint, { fileScalar, fileBytes: FILE_MIB * 1024 * 1024 });
      return uploadAll({ endpoint, request, uploads: share, together });
    }),
  );
  const mebibytes = share * nodes.length * FILE_MIB;
  return {
    speed: (mebibytes / (nowMs() - startedAt)) * 1000,
    speedCpu: (cpu().gateways / mebibytes) * 1024,
  };
}

/** `photoStatus` of a photo that is ready, asked on all nodes at once. */
export async function measureQueries(fleet: BenchFleet, scale: FleetScale): Promise<Figures> {
  const { nodes, provider } = fleet;
  await provider.setTimes(AT_ONCE);
  const [first] = nodes;
  if (first === undefined) return {};
  const { ids } = await uploadPhotos(first, 1, 1);
  const [id = ''] = ids;
  await untilStatus(first, id, 'READY');
  await using open = new AsyncDisposableStack();
  const loads = await Promise.all(
    nodes.map(async ({ endpoint }) =>
      open.use(
        await openQueryLoad({
          endpoint,
          request: queryBytes(endpoint, statusQuery(id)),
          connections: Math.ceil(CONNECTIONS / nodes.length),
          accepts: (body) => body.includes('"READY"'),
        }),
      ),
    ),
  );
  const run = () => Promise.all(loads.map((load) => load.run(scale.querySeconds)));
  await run();
  const cpu = watchCpu(fleet);
  const tallies = await run();
  const used = cpu();
  const answers = tallies.reduce((sum, tally) => sum + tally.answers, 0);
  return {
    queries: tallies.reduce((sum, tally) => sum + tally.answers / tally.seconds, 0),
    queryCpu: (used.gateways / answers) * 1e6,
    ...(fleet.database !== null && { queryDatabaseCpu: (used.database / answers) * 1e6 }),
  };
}

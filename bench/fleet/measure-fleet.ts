import { setTimeout as delay } from 'node:timers/promises';
import { nowMs } from '../measure/clock.ts';
import { watchOthers } from '../measure/machine.ts';
import type { Figures } from '../scenarios/scenario.ts';
import { waitForPhotos } from '../scenarios/wait-for-photos.ts';
import type { FleetFigures } from './fleet-figures.ts';
import type { FleetScale } from './fleet-scale.ts';
import { killNode } from './kill-node.ts';
import { measureBytes, measurePhotos, measureQueries, shareOut } from './loads.ts';
import { startFleet, type BenchFleet } from './start-fleet.ts';

const WARM_PHOTOS = 16;

/** Measures so many gateways on one database; 0 for one with an embedded store. */
export async function measureFleet(count: number, scale: FleetScale): Promise<FleetFigures> {
  await using fleet = await startFleet(count);
  const { nodes, provider, database } = fleet;
  await warmUp(fleet, scale);
  const pids = [process.pid, provider.pid, ...nodes.map(({ pid }) => pid)];
  const others = watchOthers(pids, () => database?.cpuSeconds() ?? 0);
  const idle = await measureIdle(fleet, scale);
  const photos = await measurePhotos(fleet, scale, idle['idleTransactions'] ?? 0);
  const bytes = await measureBytes(fleet, scale);
  const queries = await measureQueries(fleet, scale);
  const share = { others: others() * 100 };
  const killed = nodes.length > 1 ? await killNode(fleet, scale) : {};
  return { ...idle, ...photos, ...bytes, ...queries, ...share, ...killed };
}

/** The first photos load and compile what every later one uses, and teach processing times. */
async function warmUp({ nodes, provider }: BenchFleet, { times }: FleetScale): Promise<void> {
  await provider.setTimes(times);
  const uploaded = await shareOut(nodes, Math.max(WARM_PHOTOS, nodes.length));
  await using waiting = new AsyncDisposableStack();
  const told = nodes.map(async (node, index) => {
    const groups = (uploaded[index] ?? []).map((id) => [id]);
    await waiting.use(waitForPhotos('gateway', node, groups)).told;
  });
  await Promise.all(told);
}

async function measureIdle({ nodes, database }: BenchFleet, scale: FleetScale): Promise<Figures> {
  const cpuSeconds = () => nodes.reduce((sum, { usage }) => sum + usage.cpuSeconds(), 0);
  const databaseSeconds = () => database?.cpuSeconds() ?? 0;
  await delay(scale.settleMs);
  const commitsBefore = (await database?.commits()) ?? 0;
  const [startedAt, cpuBefore, databaseBefore] = [nowMs(), cpuSeconds(), databaseSeconds()];
  await delay(scale.idleSeconds * 1000);
  const seconds = (nowMs() - startedAt) / 1000;
  const residentBytes = nodes.reduce((sum, { usage }) => sum + usage.residentBytes(), 0);
  const shared = database !== null && {
    idleTransactions: ((await database.commits()) - commitsBefore) / seconds,
    idleDatabaseCpu: ((databaseSeconds() - databaseBefore) / seconds) * 100,
  };
  return {
    ...shared,
    idleCpu: ((cpuSeconds() - cpuBefore) / seconds / nodes.length) * 100,
    memory: residentBytes / nodes.length / 1024 / 1024,
  };
}

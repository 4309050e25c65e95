import { nowMs } from '../measure/clock.ts';
import type { Figures } from '../scenarios/scenario.ts';
import { waitForPhotos } from '../scenarios/wait-for-photos.ts';
import type { FleetScale } from './fleet-scale.ts';
import { shareOut } from './loads.ts';
import type { BenchFleet } from './start-fleet.ts';

/** Photos are ready when their node is dead and nobody has taken them over yet. */
const READY_AFTER_MS = 2500;

/**
 * Kills one of the gateways while it polls its part of the photos, for all of which subscribers wait
 * on the others. Tells how long after the kill the last of them was told.
 */
export async function killNode(fleet: BenchFleet, scale: FleetScale): Promise<Figures> {
  const { nodes, provider } = fleet;
  await provider.setTimes({ fromMs: READY_AFTER_MS, toMs: READY_AFTER_MS });
  const uploaded = await shareOut(nodes, scale.photosAtKill);
  const [survivor] = nodes;
  const killed = nodes.at(-1);
  if (survivor === undefined || killed === undefined) return {};
  const groups = uploaded.flat().map((id) => [id]);
  using waiting = waitForPhotos('gateway', survivor, groups);
  await waiting.subscribed;
  await killed[Symbol.asyncDispose]();
  const killedAtMs = nowMs();
  const told = await waiting.told;
  return { takeOver: (Math.max(...told.map(({ atMs }) => atMs)) - killedAtMs) / 1000 };
}

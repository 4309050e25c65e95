import { readFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { nowMs } from './clock.ts';
import { usageOf } from './process-usage.ts';

const TICKS_PER_SECOND = 100;

/** CPU seconds that all processes of this machine used, and that its host took from it. */
function machineCpuSeconds(): number {
  const [, user, nice, system, , , irq, softirq, steal] = readFileSync('/proc/stat', 'utf8')
    .split('\n', 1)
    .join('')
    .split(/\s+/)
    .map(Number);
  const all = [user, nice, system, irq, softirq, steal];
  return all.reduce<number>((sum, ticks) => sum + (ticks ?? 0), 0) / TICKS_PER_SECOND;
}

/**
 * Watches what others use while these processes work. What it returns tells the CPU that others had
 * meanwhile, as a part of the whole machine, from 0 to 1. All of the processes must still run then.
 *
 * @param further CPU seconds of what else is ours.
 */
export function watchOthers(pids: readonly number[], further = () => 0): () => number {
  const usages = pids.map(usageOf);
  const ours = () => usages.reduce((sum, usage) => sum + usage.cpuSeconds(), further());
  const [startedAt, machineBefore, oursBefore] = [nowMs(), machineCpuSeconds(), ours()];
  return function others() {
    const seconds = ((nowMs() - startedAt) / 1000) * cpus().length;
    const used = machineCpuSeconds() - machineBefore - (ours() - oursBefore);
    return Math.min(Math.max(used / seconds, 0), 1);
  };
}

/** The machine, for whoever reads its figures. */
export function describeMachine(): string {
  const [{ model } = { model: 'unknown' }] = cpus();
  const gibibytes = (totalmem() / 1024 ** 3).toFixed(0);
  return `${cpus().length} cores (${model.trim()}), ${gibibytes} GiB of memory, Node ${process.versions.node}`;
}

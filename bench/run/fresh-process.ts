import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { z } from 'zod';
import { runMessage, type Task } from './messages.ts';
import { makeFolder, removeFolder, startProcess } from './processes.ts';

export type Found = Extract<z.infer<typeof runMessage>, { figures: object }>;

const program = fileURLToPath(new URL('run-one.ts', import.meta.url));
const TIME_TO_END_MS = 5000;

/** Programs that a measurement has started and not ended yet. */
const theirs = new Set<number>();

function endTheirs() {
  for (const pid of theirs) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
  }
  theirs.clear();
}
process.on('exit', endTheirs);

/**
 * Makes one measurement in a process of its own. However that ends, what it has started is ended too.
 *
 * @throws if it fails, or takes longer than `timeoutMs`
 */
export async function runFresh(task: Task, timeoutMs: number): Promise<Found> {
  const folder = makeFolder();
  await using running = startProcess(process.execPath, [program, JSON.stringify(task)], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, TMPDIR: folder },
  });
  const { child } = running;
  let found: Found | null = null;
  child.on('message', (message) => {
    const said = runMessage.parse(message);
    if ('started' in said) theirs.add(said.started);
    else if ('ended' in said) theirs.delete(said.ended);
    else found = said;
  });
  const timers = [
    setTimeout(() => child.kill('SIGTERM'), timeoutMs),
    setTimeout(() => child.kill('SIGKILL'), timeoutMs + TIME_TO_END_MS),
  ];
  const startedAt = performance.now();
  await once(child, 'exit');
  for (const timer of timers) clearTimeout(timer);
  endTheirs();
  removeFolder(folder);
  if (found !== null) return found;
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(0);
  throw new Error(`ended after ${seconds} s with ${child.exitCode ?? child.signalCode}`);
}

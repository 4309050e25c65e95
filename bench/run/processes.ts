import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A program that runs beside this process and ends with it, however this process ends. */
export interface StartedProcess extends AsyncDisposable {
  readonly child: ChildProcess;
  readonly pid: number;
}

const running = new Set<ChildProcess>();
const folders = new Set<string>();

process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
  for (const folder of folders) removeFolder(folder);
});

/** Ends this process on a signal, and so what it has started. */
export function endOnSignals(): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => process.exit(130));
  }
}

/** A program that was started or has ended, by its process id. */
export type ProcessEvent = { readonly started: number } | { readonly ended: number };

const listeners: ((event: ProcessEvent) => void)[] = [];

/** Calls `listener` whenever a program is started or has ended. */
export function onProcessEvent(listener: (event: ProcessEvent) => void): void {
  listeners.push(listener);
}
const emit = (event: ProcessEvent) => {
  for (const listener of listeners) listener(event);
};

/** Starts a program. */
export function startProcess(
  program: string,
  args: readonly string[],
  options: SpawnOptions,
): StartedProcess {
  const child = spawn(program, args, options);
  const { pid } = child;
  if (pid === undefined) throw new Error(`${program} does not start`);
  running.add(child);
  emit({ started: pid });
  const exited = once(child, 'exit');
  child.on('exit', () => {
    running.delete(child);
    emit({ ended: pid });
  });
  return {
    child,
    pid,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

/** Makes an empty folder that is removed when this process ends. */
export function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'photo-gateway-bench-'));
  folders.add(folder);
  return folder;
}

/** Removes a folder and what is in it before this process ends. */
export function removeFolder(folder: string): void {
  folders.delete(folder);
  rmSync(folder, { recursive: true, force: true });
}

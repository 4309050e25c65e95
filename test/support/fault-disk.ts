import { execFile } from 'node:child_process';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { mountSmallDisk } from './archive-small-disk.ts';
import { startGatewayProcess, type GatewayProcess } from './fault-gateway-process.ts';

const run = promisify(execFile);
const MIB = 1024 * 1024;

/** A gateway whose disk stops accepting writes, and accepts them again. */
export interface DiskFixture extends AsyncDisposable {
  readonly gateway: GatewayProcess;
  breakDisk(): Promise<void>;
  restoreDisk(): Promise<void>;
}

export type StartOnDisk = (env: Readonly<Record<string, string>>) => Promise<DiskFixture>;

async function startOnFullDisk(env: Readonly<Record<string, string>>): Promise<DiskFixture> {
  await using started = new AsyncDisposableStack();
  const disk = started.use(await mountSmallDisk(4 * MIB));
  const gateway = started.use(await startGatewayProcess({ ...env, DATA_DIR: disk.path }));
  const ballast = join(disk.path, 'ballast');
  const running = started.move();
  return {
    gateway,
    // Bytes that do not fit are not written.
    breakDisk: () => writeFile(ballast, Buffer.alloc(8 * MIB)).catch(() => undefined),
    restoreDisk: () => rm(ballast),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

async function startOnReadOnlyDisk(env: Readonly<Record<string, string>>): Promise<DiskFixture> {
  const gateway = await startGatewayProcess(env);
  // No byte may be written into any file, as if the file system had been made read-only.
  const limit = async (bytes: string) =>
    void (await run('prlimit', ['--pid', `${gateway.pid}`, `--fsize=${bytes}:unlimited`]));
  return {
    gateway,
    breakDisk: () => limit('0'),
    restoreDisk: () => limit('unlimited'),
    [Symbol.asyncDispose]: () => gateway[Symbol.asyncDispose](),
  };
}

/** Broken disks, by what is wrong with them. */
export const disks: Readonly<Record<string, StartOnDisk>> = {
  'is full': startOnFullDisk,
  'cannot be written to': startOnReadOnlyDisk,
};

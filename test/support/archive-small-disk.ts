import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { makeTemporaryDirectory } from './temporary-directory.ts';

const run = promisify(execFile);

export interface SmallDisk extends AsyncDisposable {
  readonly path: string;
  /** From now on it can only be read, or be written to again. */
  remount(mode: 'ro' | 'rw'): Promise<void>;
}

/** Mounting takes Linux and root. In CI its tests run in any case, and fail where they cannot. */
export const canMount = process.env['CI'] !== undefined || isRootOnLinux();
if (!canMount) console.warn('SKIPPED: not root on Linux, so no full disk is tested');

/** A file system of its own, in memory, that holds so many bytes. */
export async function mountSmallDisk(sizeBytes: number): Promise<SmallDisk> {
  const directory = await makeTemporaryDirectory();
  const { path } = directory;
  await run('mount', ['-t', 'tmpfs', '-o', `size=${sizeBytes}`, 'tmpfs', path]);
  return {
    path,
    remount: async (mode) => void (await run('mount', ['-o', `remount,${mode}`, path])),
    async [Symbol.asyncDispose]() {
      await run('umount', [path]);
      await directory[Symbol.asyncDispose]();
    },
  };
}

function isRootOnLinux(): boolean {
  return process.platform === 'linux' && process.getuid?.() === 0;
}

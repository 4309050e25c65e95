import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { makeTemporaryDirectory } from './temporary-directory.ts';

const run = promisify(execFile);

export interface SmallDisk extends AsyncDisposable {
  readonly path: string;
  /** Makes it read-only, or writable again. */
  remount(mode: 'ro' | 'rw'): Promise<void>;
}

/**
 * Mounting requires Linux and root. In CI these tests always run, and fail if they cannot mount.
 */
export const canMount = process.env['CI'] !== undefined || isRootOnLinux();
if (!canMount) console.warn('SKIPPED: not root on Linux, so no full disk is tested');

/** Mounts its own file system in memory, with room for this many bytes. */
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

import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Deletes what a process that died left half-written in `incoming`. A gateway that is still at work on
 * the same archive, as the one that this one replaces may be, keeps its files.
 */
export async function removeLeftovers(incoming: string): Promise<void> {
  for (const name of await readdir(incoming)) {
    if (!isOfRunningProcess(name)) await rm(join(incoming, name), { force: true });
  }
}

function isOfRunningProcess(name: string): boolean {
  const pid = Number(/^(\d+)-/.exec(name)?.[1]);
  // In a container every gateway has the same id, and this one has written nothing yet.
  if (!Number.isSafeInteger(pid) || pid === process.pid) return false;
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // It runs, as another user.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

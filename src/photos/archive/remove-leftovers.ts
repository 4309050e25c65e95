import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Deletes the partial files that a dead process left in `incoming`. Keeps the files of a gateway
 * that still works on the same archive, such as the one that this gateway replaces.
 */
export async function removeLeftovers(incoming: string): Promise<void> {
  for (const name of await readdir(incoming)) {
    if (!isOfRunningProcess(name)) await rm(join(incoming, name), { force: true });
  }
}

function isOfRunningProcess(name: string): boolean {
  const pid = Number(/^(\d+)-/.exec(name)?.[1]);
  // In a container every gateway has the same process id, and this one has written nothing yet.
  if (!Number.isSafeInteger(pid) || pid === process.pid) return false;
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // The process runs, as another user.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

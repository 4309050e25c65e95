import { removeLeftovers } from './remove-leftovers.ts';
import { makeDirectory } from './write-whole.ts';

/** A file that nobody has written to for so long belongs to a process that died. In milliseconds. */
const LEFTOVER_AGE_MS = 3_600_000;

/**
 * Makes a folder for incomplete files. Deletes, now and every hour, those that processes left there an hour ago
 * or longer.
 * @returns the handle that ends that.
 * @throws Node's own error if the folder cannot be created or read.
 */
export async function openIncoming(folder: string): Promise<Disposable> {
  await makeDirectory(folder);
  await removeLeftovers(folder, LEFTOVER_AGE_MS);
  const tidying = setInterval(() => {
    // It will be tried again, or somebody else does it.
    removeLeftovers(folder, LEFTOVER_AGE_MS).catch(() => undefined);
  }, LEFTOVER_AGE_MS).unref();
  return { [Symbol.dispose]: () => clearInterval(tidying) };
}

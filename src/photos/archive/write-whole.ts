import { randomUUID } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makeFolders } from '../make-folders.ts';

/** Only the gateway's own user may read the pictures of its clients. */
export const FILE_MODE = 0o600;

/**
 * Writes a file atomically: `path` holds either all of it or what was there before, whatever
 * happens meanwhile. Once it resolves, the file survives a power failure.
 * @param incoming a folder on the same file system, for incomplete files.
 */
export async function writeWhole(
  path: string,
  incoming: string,
  bytes: AsyncIterable<Uint8Array>,
): Promise<void> {
  const temporary = join(incoming, temporaryName());
  try {
    await writeDurably(temporary, bytes);
    await moveDurably(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
}

/** Moves a file within its file system, replacing what is there. Once it resolves, that survives a power failure. */
export async function moveDurably(from: string, to: string): Promise<void> {
  await makeDirectory(dirname(to));
  await rename(from, to);
  await syncDirectory(dirname(to));
}

/** Writes a new file and waits until it is on the disk. */
export async function writeDurably(
  path: string,
  bytes: AsyncIterable<Uint8Array> | Uint8Array,
): Promise<void> {
  await using file = await open(path, 'wx', FILE_MODE);
  await file.writeFile(bytes);
  await file.sync();
}

/** A name for an incomplete file. */
export function temporaryName(): string {
  return randomUUID();
}

/** Whether a file may be an incomplete one. */
export function isTemporaryName(name: string): boolean {
  return /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(name);
}

/**
 * Creates a folder and its missing parents. Syncs each parent: without that, a power failure would
 * lose the entry of a new folder, and with it all that is in the folder.
 */
export async function makeDirectory(path: string): Promise<void> {
  const firstMade = makeFolders(path);
  if (firstMade === undefined) return;
  for (let made = path; made.length >= firstMade.length; made = dirname(made)) {
    await syncDirectory(dirname(made));
  }
}

async function syncDirectory(path: string): Promise<void> {
  await using directory = await open(path, 'r');
  await directory.sync();
}

import { randomUUID } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makeFolders } from '../make-folders.ts';

/** Only the gateway's own user may look at the pictures of its clients. */
const FILE_MODE = 0o600;

/**
 * Writes a file so that at `path` there is either all of it or what was there before, whatever happens
 * on the way, and the power may fail once it resolves.
 * @param incoming a folder on the same file system, for what is not whole yet.
 */
export async function writeWhole(
  path: string,
  incoming: string,
  bytes: AsyncIterable<Uint8Array>,
): Promise<void> {
  const temporary = join(incoming, temporaryName());
  try {
    await writeDurably(temporary, bytes);
    await makeDirectory(dirname(path));
    await rename(temporary, path);
    await syncDirectory(dirname(path));
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
}

/** Writes a new file and waits until the disk has it. */
export async function writeDurably(
  path: string,
  bytes: AsyncIterable<Uint8Array> | Uint8Array,
): Promise<void> {
  await using file = await open(path, 'wx', FILE_MODE);
  await file.writeFile(bytes);
  await file.sync();
}

/** A name for a file that is not whole yet, which tells whose it is. */
export function temporaryName(): string {
  return `${process.pid}-${randomUUID()}`;
}

/**
 * Makes a folder and those above it where they are missing. The entry of a new folder, and with it all
 * that is in it, would be lost with the power until the folder above it is on the disk.
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

import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { AddressSignerOptions } from './address-signer.ts';
import type { Archive } from './archive.ts';
import { createOwnAddresses } from './own-addresses.ts';
import { picturePath } from './picture-path.ts';
import { removeLeftovers } from './remove-leftovers.ts';
import { untilAborted } from './until-aborted.ts';
import { makeDirectory, temporaryName, writeDurably, writeWhole } from './write-whole.ts';

export interface FolderArchiveOptions extends AddressSignerOptions {
  /** An absolute path. It is created if it is missing. */
  readonly directory: string;
}

/** An archive in a folder. The gateway itself serves its addresses. */
export interface FolderArchive extends Archive {
  /** The absolute path of a picture, whether it exists or not. */
  readonly pathOf: (name: string) => string;
}

/**
 * The smallest allocation of a file system for one file. If this does not fit, the disk is full.
 */
const PROBE = new Uint8Array(4096);

/** A file that nobody has written to for so long belongs to a process that died. In milliseconds. */
const LEFTOVER_AGE_MS = 3_600_000;

/**
 * Opens an archive in a folder, and deletes the partial files that processes left there an hour ago or longer.
 * @throws Node's own error if the folder cannot be created or read.
 */
export async function createFolderArchive(options: FolderArchiveOptions): Promise<FolderArchive> {
  const { directory } = options;
  const ownAddresses = createOwnAddresses(options);
  const incoming = join(directory, 'incoming');
  await makeDirectory(incoming);
  await removeLeftovers(incoming, LEFTOVER_AGE_MS);
  const tidying = setInterval(() => {
    // It will be tried again, or somebody else does it.
    removeLeftovers(incoming, LEFTOVER_AGE_MS).catch(() => undefined);
  }, LEFTOVER_AGE_MS).unref();

  const pathOf = (name: string) => join(directory, picturePath(name));

  async function check(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const probe = join(incoming, temporaryName());
    try {
      await writeDurably(probe, PROBE);
    } finally {
      await rm(probe, { force: true }).catch(() => undefined);
    }
  }

  return {
    put: async (name, { bytes }, signal) =>
      writeWhole(pathOf(name), incoming, untilAborted(bytes, signal)),
    address: async (name, address) => ownAddresses.address(name, address),
    remove: async (name) => rm(pathOf(name), { force: true }),
    check,
    close: async () => clearInterval(tidying),
    pathOf,
  };
}

import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { AddressSignerOptions } from './address-signer.ts';
import type { Archive } from './archive.ts';
import { createOwnAddresses } from './own-addresses.ts';
import { picturePath } from './picture-path.ts';
import { openIncoming } from './incoming-folder.ts';
import { untilAborted } from './until-aborted.ts';
import { moveDurably, temporaryName, writeDurably, writeWhole } from './write-whole.ts';

export interface FolderArchiveOptions extends AddressSignerOptions {
  /** An absolute path. It is created if it is missing. */
  readonly directory: string;
}

/** An archive in a folder. The gateway itself serves its addresses. */
export interface FolderArchive extends Archive {
  /** The absolute path of a picture, whether it exists or not. */
  readonly pathOf: (name: string) => string;
  /** The folder of incomplete files. */
  readonly incoming: string;
}

/**
 * The smallest allocation of a file system for one file. If this does not fit, the disk is full.
 */
const PROBE = new Uint8Array(4096);

/**
 * Opens an archive in a folder, and deletes the partial files that processes left there an hour ago or longer.
 * @throws Node's own error if the folder cannot be created or read.
 */
export async function createFolderArchive(options: FolderArchiveOptions): Promise<FolderArchive> {
  const { directory } = options;
  const ownAddresses = createOwnAddresses(options);
  const incoming = join(directory, 'incoming');
  const tidying = await openIncoming(incoming);

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
    adopt: async (name, { path }, signal) => {
      signal.throwIfAborted();
      await moveDurably(path, pathOf(name));
    },
    address: async (name, address) => ownAddresses.address(name, address),
    remove: async (name) => rm(pathOf(name), { force: true }),
    check,
    close: async () => tidying[Symbol.dispose](),
    pathOf,
    incoming,
  };
}

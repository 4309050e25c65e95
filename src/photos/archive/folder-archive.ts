import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  createAddressSigner,
  type AddressSigner,
  type AddressSignerOptions,
} from './address-signer.ts';
import type { Archive } from './archive.ts';
import { picturePath } from './picture-path.ts';
import { removeLeftovers } from './remove-leftovers.ts';
import { untilAborted } from './until-aborted.ts';
import { makeDirectory, temporaryName, writeDurably, writeWhole } from './write-whole.ts';

/** Below the gateway's origin; the route of `createArchiveRoute` answers there. */
export const ARCHIVE_PATH = '/archive/';

export interface FolderArchiveOptions extends AddressSignerOptions {
  /** An absolute path; made where it is missing. */
  readonly directory: string;
}

/** An archive in a folder, whose addresses the gateway itself answers. */
export interface FolderArchive extends Archive, Pick<AddressSigner, 'verify'> {
  /** The absolute path of a picture, whether there is one or not. */
  pathOf(name: string): string;
}

/** What a file system takes at least for one file: where there is no room for this, there is none. */
const PROBE = new Uint8Array(4096);

/**
 * Opens the archive in a folder, and clears away what a process that died left half-written.
 * @throws Node's own error where the folder cannot be made or read.
 */
export async function createFolderArchive(options: FolderArchiveOptions): Promise<FolderArchive> {
  const { directory } = options;
  const signer = createAddressSigner(options);
  const incoming = join(directory, 'incoming');
  await makeDirectory(incoming);
  await removeLeftovers(incoming);

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
    address: async (name, { origin, expiresAt }) =>
      `${origin}${ARCHIVE_PATH}${name}?${signer.sign(name, expiresAt)}`,
    remove: async (name) => rm(pathOf(name), { force: true }),
    check,
    close: async () => undefined,
    pathOf,
    verify: (name, query) => signer.verify(name, query),
  };
}

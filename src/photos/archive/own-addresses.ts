import {
  createAddressSigner,
  type AddressSigner,
  type AddressSignerOptions,
} from './address-signer.ts';
import type { AddressOptions } from './archive.ts';

/** A path below the gateway's origin, served by the route of `createArchiveRoute`. */
export const ARCHIVE_PATH = '/archive/';

/** The addresses at which the gateway itself serves pictures, whichever archive they are in. */
export interface OwnAddresses extends Pick<AddressSigner, 'verify'> {
  /** The address of a picture. Does not check that the picture exists. */
  address(name: string, options: AddressOptions): string;
}

export function createOwnAddresses(options: AddressSignerOptions): OwnAddresses {
  const signer = createAddressSigner(options);
  return {
    address: (name, { origin, expiresAt, fileName }) =>
      `${origin}${ARCHIVE_PATH}${name}?${signer.sign(name, expiresAt, fileName)}`,
    verify: (name, query) => signer.verify(name, query),
  };
}

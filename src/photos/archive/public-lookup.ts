import type { LookupFunction } from 'node:net';
import { createPublicLookup as createLookup } from '../../common/public-address.ts';
import { invalidPicture } from './result-errors.ts';

/** Resolves names of the provider's hosts, to public addresses only; see `common/public-address.ts`. */
export function createPublicLookup(lookup: LookupFunction): LookupFunction {
  return createLookup(lookup, notPublic);
}

function notPublic(hostname: string) {
  return invalidPicture(
    `The provider's picture is at ${hostname}, whose address is not public: if that is intended, add it to PHOTO_RESULT_HOSTS.`,
  );
}

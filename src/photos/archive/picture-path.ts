import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { parsePhotoId } from '../photo.ts';

/**
 * Where the picture of a photo lies below the archive's folder: `c3/photo-40b37f58`, one of 256
 * sub-folders. Distinct for distinct ids on file systems that do not tell upper from lower case, too:
 * the name is all lower case, and where the id is not, a suffix says which letters were upper case.
 * @throws `BAD_USER_INPUT` for what cannot be an id, such as `../etc`.
 */
export function picturePath(id: string): string {
  const shard = createHash('sha256').update(parsePhotoId(id)).digest('hex').slice(0, 2);
  return join(shard, `photo-${id.toLowerCase()}${upperCaseSuffix(id)}`);
}

/** One bit for each character, in hexadecimal: at most 32 digits, so that no name is longer than 167. */
function upperCaseSuffix(id: string): string {
  const bits = id.replaceAll(/[^A-Z]/g, '0').replaceAll(/[A-Z]/g, '1');
  const places = BigInt(`0b${bits}`);
  return places === 0n ? '' : `.${places.toString(16)}`;
}

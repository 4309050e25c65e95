import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { parsePictureName } from './picture-name.ts';

/**
 * The path of a picture below the archive's folder, in one of 256 sub-folders: `c3/photo-40b37f58`
 * or `c3/photo-40b37f58.r2`. Distinct names have distinct paths, even on case-insensitive file
 * systems: the path is all lower case, and a suffix says which letters of the id were upper case,
 * if any.
 * @throws `BAD_USER_INPUT` for an invalid name, such as `../etc`.
 */
export function picturePath(name: string): string {
  const { id, suffix } = parsePictureName(name);
  const shard = createHash('sha256').update(id).digest('hex').slice(0, 2);
  return join(shard, `photo-${id.toLowerCase()}${upperCaseSuffix(id)}${suffix}`);
}

/** One bit per character, in hexadecimal. At most 32 digits, so that no name is longer than 178. */
function upperCaseSuffix(id: string): string {
  const bits = id.replaceAll(/[^A-Z]/g, '0').replaceAll(/[A-Z]/g, '1');
  const places = BigInt(`0b${bits}`);
  return places === 0n ? '' : `.${places.toString(16)}`;
}

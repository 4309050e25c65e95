import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { parsePictureName } from './picture-name.ts';

/**
 * Where a picture lies below the archive's folder: `c3/photo-40b37f58`, or `c3/photo-40b37f58.r2`, in one of
 * 256 sub-folders. Distinct for distinct names on file systems that do not tell upper from lower case, too:
 * the name is all lower case, and where the id is not, a suffix says which letters were upper case.
 * @throws `BAD_USER_INPUT` for what cannot be a name, such as `../etc`.
 */
export function picturePath(name: string): string {
  const { id, suffix } = parsePictureName(name);
  const shard = createHash('sha256').update(id).digest('hex').slice(0, 2);
  return join(shard, `photo-${id.toLowerCase()}${upperCaseSuffix(id)}${suffix}`);
}

/** One bit for each character, in hexadecimal: at most 32 digits, so that none of these names is longer than 178. */
function upperCaseSuffix(id: string): string {
  const bits = id.replaceAll(/[^A-Z]/g, '0').replaceAll(/[A-Z]/g, '1');
  const places = BigInt(`0b${bits}`);
  return places === 0n ? '' : `.${places.toString(16)}`;
}

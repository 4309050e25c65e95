import { GatewayError } from '../../common/errors.ts';

/** What a picture is called in the archive, taken apart. */
export interface PictureName {
  /** Of its photo. */
  readonly id: string;
  /** Such as `.r2`; empty for the first. */
  readonly suffix: string;
}

/**
 * The name of a picture in the archive: `40b37f58`, and `40b37f58.r2` for the second upload that the provider gave
 * this id. The first has the bare id, as every picture had before there could be several.
 */
export function pictureName(id: string, revision: number): string {
  return revision === 1 ? id : `${id}.r${revision}`;
}

/** Null for what cannot be a name, such as `../etc`. */
export function readPictureName(name: string): PictureName | null {
  const [, id, suffix = ''] = /^([\w-]{1,128})(\.r[1-9]\d{0,8})?$/.exec(name) ?? [];
  return id === undefined ? null : { id, suffix };
}

/** @throws `BAD_USER_INPUT` for what cannot be a name. */
export function parsePictureName(name: string): PictureName {
  const parsed = readPictureName(name);
  if (parsed !== null) return parsed;
  throw new GatewayError('BAD_USER_INPUT', 'The name of the picture is malformed.');
}

import { GatewayError } from '../../common/errors.ts';

/** The parsed name of a picture in the archive. */
export interface PictureName {
  /** The id of its photo. */
  readonly id: string;
  readonly revision: number;
  /** For example `.r2`; empty for the first revision. */
  readonly suffix: string;
}

/**
 * The name of a picture in the archive: `40b37f58`, or `40b37f58.r2` for the second upload to which
 * the provider gave this id. The first has the bare id, as all pictures had before revisions
 * existed.
 */
export function pictureName(id: string, revision: number): string {
  return revision === 1 ? id : `${id}.r${revision}`;
}

/** Null for an invalid name, such as `../etc`. */
export function readPictureName(name: string): PictureName | null {
  const [, id, suffix = '', revision = '1'] =
    /^([\w-]{1,128})(\.r([1-9]\d{0,8}))?$/.exec(name) ?? [];
  return id === undefined ? null : { id, revision: Number(revision), suffix };
}

/** @throws `BAD_USER_INPUT` for an invalid name. */
export function parsePictureName(name: string): PictureName {
  const parsed = readPictureName(name);
  if (parsed !== null) return parsed;
  throw new GatewayError('BAD_USER_INPUT', 'The name of the picture is malformed.');
}

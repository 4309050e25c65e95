import { GatewayError } from '../../common/errors.ts';

/** The parsed name of a picture in the archive. */
export interface PictureName {
  /** The id of its photo. */
  readonly id: string;
  readonly revision: number;
  /** Whether it is the picture as it was uploaded, not the restored one. */
  readonly isOriginal: boolean;
  /** For example `.r2` or `.r2.original`; empty for the restored picture of the first revision. */
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

/** The name in the archive of the picture as it was uploaded: `40b37f58.original`, `40b37f58.r2.original`. */
export function originalName(id: string, revision: number): string {
  return `${pictureName(id, revision)}.original`;
}

/** Null for an invalid name, such as `../etc`. */
export function readPictureName(name: string): PictureName | null {
  const [, id, suffix = '', revision = '1', original] =
    /^([\w-]{1,128})((?:\.r([1-9]\d{0,8}))?(\.original)?)$/.exec(name) ?? [];
  if (id === undefined) return null;
  return { id, revision: Number(revision), isOriginal: original !== undefined, suffix };
}

/** @throws `BAD_USER_INPUT` for an invalid name. */
export function parsePictureName(name: string): PictureName {
  const parsed = readPictureName(name);
  if (parsed !== null) return parsed;
  throw new GatewayError('BAD_USER_INPUT', 'The name of the picture is malformed.');
}

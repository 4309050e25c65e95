import { create } from 'content-disposition';
import type { PictureName } from './picture-name.ts';

/** File extensions that differ from the name of the type. */
const ENDINGS: ReadonlyMap<string, string> = new Map([
  ['jpeg', 'jpg'],
  ['tiff', 'tif'],
]);

/** The name of a file of this media type, such as `holiday.jpg`. */
export function fileNameOf(stem: string, mediaType: string): string {
  const [, subtype = ''] = /^image\/(?:x-)?([a-z0-9]+)/.exec(mediaType) ?? [];
  const ending = ENDINGS.get(subtype) ?? subtype;
  return ending === '' ? stem : `${stem}.${ending}`;
}

/** `name` with the ending of this media type, which it may have already. */
export function withEnding(name: string, mediaType: string): string {
  const ending = fileNameOf('', mediaType);
  return name.endsWith(ending) ? name : name + ending;
}

/**
 * The name of the picture of a photo whose own name is not known, such as `photo-40b37f58.jpg` or
 * `photo-40b37f58-original.jpg`.
 */
export function fileNameOfId(
  { id, isOriginal }: Pick<PictureName, 'id' | 'isOriginal'>,
  mediaType: string,
): string {
  return fileNameOf(`photo-${id}${isOriginal ? '-original' : ''}`, mediaType);
}

/**
 * The `Content-Disposition` header of a picture, in ASCII (RFC 6266, RFC 8187): how a browser treats it, and the
 * name under which it saves it.
 */
export function contentDisposition(type: 'inline' | 'attachment', fileName: string): string {
  return create(fileName, { type });
}

import type { PictureName } from './picture-name.ts';

/** File extensions that differ from the name of the type. */
const ENDINGS: ReadonlyMap<string, string> = new Map([
  ['jpeg', 'jpg'],
  ['tiff', 'tif'],
]);

/**
 * The `Content-Disposition` header of a picture: how a browser treats it, and the name under which
 * it saves it, such as `photo-40b37f58.jpg` or `photo-40b37f58-original.jpg`.
 */
export function contentDisposition(
  disposition: 'inline' | 'attachment',
  { id, isOriginal }: Pick<PictureName, 'id' | 'isOriginal'>,
  mediaType: string,
): string {
  const [, subtype = ''] = /^image\/(?:x-)?([a-z0-9]+)/.exec(mediaType) ?? [];
  const ending = ENDINGS.get(subtype) ?? subtype;
  const base = `photo-${id}${isOriginal ? '-original' : ''}`;
  return `${disposition}; filename="${base}${ending === '' ? '' : `.${ending}`}"`;
}

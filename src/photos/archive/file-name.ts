/** Endings that are not the name of the type itself. */
const ENDINGS: ReadonlyMap<string, string> = new Map([
  ['jpeg', 'jpg'],
  ['tiff', 'tif'],
]);

/**
 * The header `Content-Disposition` of a picture: what a browser does with it, and under which name it
 * saves it, such as `photo-40b37f58.jpg`.
 */
export function contentDisposition(
  disposition: 'inline' | 'attachment',
  id: string,
  mediaType: string,
): string {
  const [, subtype = ''] = /^image\/(?:x-)?([a-z0-9]+)/.exec(mediaType) ?? [];
  const ending = ENDINGS.get(subtype) ?? subtype;
  return `${disposition}; filename="photo-${id}${ending === '' ? '' : `.${ending}`}"`;
}

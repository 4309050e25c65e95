/** A format of pictures, by the name that people know. */
export type FileKind =
  'JPEG' | 'PNG' | 'WebP' | 'GIF' | 'BMP' | 'TIFF' | 'HEIC' | 'AVIF' | 'JPEG XL' | 'PSD';

/** How many of the first bytes of a file tell its format. */
export const HEAD_BYTES = 64;

const STARTS: readonly (readonly [FileKind, ...starts: string[]])[] = [
  ['JPEG', '\xFF\xD8\xFF'],
  ['PNG', '\x89PNG\r\n\x1A\n'],
  ['GIF', 'GIF87a', 'GIF89a'],
  ['BMP', 'BM'],
  ['TIFF', 'II*\0', 'MM\0*', 'II+\0', 'MM\0+'],
  ['JPEG XL', '\xFF\x0A', '\0\0\0\x0CJXL \r\n\x87\n'],
  ['PSD', '8BPS'],
];

const HEIC_BRANDS = /hei[cxms]|hev[cxms]|mif[123]|msf1/;

/**
 * The format of a picture by the first bytes of its file, whatever its name says; null if it is no
 * picture.
 *
 * @param head - The first `HEAD_BYTES` of the file, or all of it.
 */
export function fileKind(head: Uint8Array): FileKind | null {
  const text = String.fromCodePoint(...head.subarray(0, HEAD_BYTES));
  const known = STARTS.find(([, ...starts]) => starts.some((start) => text.startsWith(start)));
  if (known) return known[0];
  if (text.startsWith('RIFF') && text.startsWith('WEBP', 8)) return 'WebP';
  if (!text.startsWith('ftyp', 4)) return null;
  const brands = text.slice(8);
  if (/avi[fs]/.test(brands)) return 'AVIF';
  return HEIC_BRANDS.test(brands) ? 'HEIC' : null;
}

import { fileTypeFromBuffer, supportedMimeTypes } from 'file-type';
import { HEIF_TYPES, heifType } from './heif-type.ts';

/**
 * The length of the head in which a signature is searched, in bytes; a shorter file is searched
 * completely.
 */
export const SIGNATURE_BYTES = 4100;

/**
 * Detects the media type of a picture from the first bytes of its file; undefined if it is not a
 * picture. It reads exactly the first `SIGNATURE_BYTES`, so that the result does not depend on how
 * the bytes arrived.
 *
 * @param head - All of the file, or at least its first `SIGNATURE_BYTES`.
 */
export async function pictureType(head: Uint8Array): Promise<string | undefined> {
  const signature = Buffer.from(head.subarray(0, SIGNATURE_BYTES));
  const type = await fileTypeFromBuffer(signature);
  if (type?.mime.startsWith('image/')) return type.mime;
  return heifType(signature) ?? typeByStart(signature);
}

/**
 * Formats that `file-type` recognises only with more than the first bytes of the file, or not at
 * all.
 */
const STARTS: readonly (readonly [mediaType: string, ...starts: string[]])[] = [
  // The directory tells a camera's own format from a scan, but it may lie at the end of the file:
  // libtiff writes it there. Classic and BigTIFF, either byte order.
  ['image/tiff', 'II*\0', 'MM\0*', 'II+\0', 'MM\0+'],
  ['image/jp2', '\0\0\0\x0CjP  \r\n\x87\n'],
];

/** The media types that `pictureType` tells, in alphabetical order. */
export const PICTURE_TYPES: readonly string[] = [
  ...new Set([
    ...[...supportedMimeTypes].filter((type) => type.startsWith('image/')),
    ...HEIF_TYPES,
    ...STARTS.map(([mediaType]) => mediaType),
  ]),
].toSorted();

function typeByStart(signature: Buffer): string | undefined {
  const start = signature.toString('latin1', 0, 12);
  return STARTS.find(([, ...starts]) => starts.some((each) => start.startsWith(each)))?.[0];
}

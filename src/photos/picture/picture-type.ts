import { fileTypeFromBuffer } from 'file-type';
import { heifType } from './heif-type.ts';

/** A signature is looked for in so many first bytes of a file, or in all of a shorter one; no more, no fewer. */
export const SIGNATURE_BYTES = 4100;

/**
 * Tells the media type of a picture by the first bytes of its file; undefined for what is no picture. It
 * looks at the first `SIGNATURE_BYTES` and no further, so that the verdict does not depend on how the bytes
 * came.
 *
 * @param head - All of the file, or at least its first `SIGNATURE_BYTES`.
 */
export async function pictureType(head: Uint8Array): Promise<string | undefined> {
  const signature = Buffer.from(head.subarray(0, SIGNATURE_BYTES));
  const type = await fileTypeFromBuffer(signature);
  if (type?.mime.startsWith('image/')) return type.mime;
  return heifType(signature) ?? typeByStart(signature);
}

/** What `file-type` calls a picture only where more of it is at hand than its first bytes, or not at all. */
const STARTS: readonly (readonly [mediaType: string, ...starts: string[]])[] = [
  // The directory, which tells a camera's own format from a scan, may lie at the end of the file: libtiff
  // writes it there. Classic and BigTIFF, either byte order.
  ['image/tiff', 'II*\0', 'MM\0*', 'II+\0', 'MM\0+'],
  ['image/jp2', '\0\0\0\x0CjP  \r\n\x87\n'],
];

function typeByStart(signature: Buffer): string | undefined {
  const start = signature.toString('latin1', 0, 12);
  return STARTS.find(([, ...starts]) => starts.some((each) => start.startsWith(each)))?.[0];
}

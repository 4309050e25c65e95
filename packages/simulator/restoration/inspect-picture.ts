import { open } from 'node:fs/promises';
import { fileTypeFromFile } from 'file-type';
import { openPicture } from './decode.ts';
import { PictureError } from './picture-error.ts';

export interface PictureKind {
  readonly mediaType: string;
  /** The file name extension, without the dot. */
  readonly extension: string;
}

const SUPPORTED = new Set([
  'image/jpeg',
  'image/png',
  'image/apng',
  'image/webp',
  'image/gif',
  'image/tiff',
  'image/avif',
  'image/heic',
  'image/heif',
]);

/** libvips's message if it was built without the decoder that a HEIF file needs. */
const NO_DECODER = /has not been built in|unsupported codec/i;
const TIFF_STARTS = new Set(['II*\0', 'MM\0*']);

/**
 * Detects the type of a picture file from its bytes, and decodes it once to the end, so that any
 * accepted file can be restored.
 * @throws PictureError `unsupported` for any other file; `abnormal` for a picture that is
 * truncated, damaged, or has more than `maxPixels`, which is checked before it is decoded.
 */
export async function inspectPicture(path: string, maxPixels: number): Promise<PictureKind> {
  const kind = await kindOf(path);
  if (kind === undefined || !SUPPORTED.has(kind.mediaType)) throw new PictureError('unsupported');
  try {
    await openPicture(path, maxPixels).resize(16, 16, { fit: 'fill' }).raw().toBuffer();
  } catch (error) {
    const hasNoDecoder = error instanceof Error && NO_DECODER.test(error.message);
    throw new PictureError(hasNoDecoder ? 'unsupported' : 'abnormal', error);
  }
  return kind;
}

async function kindOf(path: string): Promise<PictureKind | undefined> {
  const type = await fileTypeFromFile(path);
  if (type !== undefined) return { mediaType: type.mime, extension: type.ext };
  // A truncated TIFF has lost its directory, which comes last, and so has no detectable type. It is
  // a TIFF all the same.
  await using file = await open(path);
  const { buffer } = await file.read(Buffer.alloc(4), 0, 4, 0);
  const isTiff = TIFF_STARTS.has(buffer.toString('latin1'));
  return isTiff ? { mediaType: 'image/tiff', extension: 'tif' } : undefined;
}

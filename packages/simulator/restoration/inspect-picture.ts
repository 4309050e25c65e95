import { open } from 'node:fs/promises';
import { fileTypeFromFile } from 'file-type';
import { openPicture } from './decode.ts';
import { PictureError } from './picture-error.ts';

export interface PictureKind {
  readonly mediaType: string;
  /** What names of such files end with, without the dot. */
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

/** How libvips says that it was built without the decoder that a HEIF file needs. */
const NO_DECODER = /has not been built in|unsupported codec/i;
const TIFF_STARTS = new Set(['II*\0', 'MM\0*']);

/**
 * Tells by its bytes what kind of picture a file is, and decodes it once to the end, so that what
 * passes can be restored.
 * @throws PictureError `unsupported` for any other file; `abnormal` for a picture that is cut off,
 *   damaged, or of more than `maxPixels`, which is seen before it is decoded.
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
  // Without its directory, which is last, a TIFF that is cut off has no type: it is one all the same.
  await using file = await open(path);
  const { buffer } = await file.read(Buffer.alloc(4), 0, 4, 0);
  const isTiff = TIFF_STARTS.has(buffer.toString('latin1'));
  return isTiff ? { mediaType: 'image/tiff', extension: 'tif' } : undefined;
}
